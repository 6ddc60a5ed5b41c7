# Packages for Debian and for rpm systems; the Makefile includes this file. Each is built by the distribution's own tool in a
# copy of the sources below $(BUILD). OPTIMISE, CXX and CCACHE of the command line apply there too.
PACKAGE_SOURCES := $(wildcard Makefile LICENSE CHANGELOG README README.md CONTRIBUTING.md libsg multipath devmap_name udev tests man)
PACKAGE_TREE := multipath-$(VERSION)
# The date of the last commit, so that the same sources make the same packages.
PACKAGE_EPOCH = $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct 2>/dev/null),$(shell stat -c %Y CHANGELOG))
# The package's own make starts from its own variables, not from those of this one (BUILD, DESTDIR, PREFIX). ccache finds what
# this checkout has compiled: its directory is named, since packaging tools change HOME.
define packaging_tool
env -u MAKEFLAGS -u MAKEOVERRIDES -u MFLAGS -u MAKELEVEL -u BUILD -u DESTDIR -u PREFIX OPTIMISE="$(OPTIMISE)" CXX="$(CXX)" \
   CCACHE="$(CCACHE)" $(if $(CCACHE),CCACHE_DIR="$$($(CCACHE) --get-config cache_dir)") SOURCE_DATE_EPOCH=$(PACKAGE_EPOCH)
endef
define copy_sources
mkdir -p $(1); tar -c $(PACKAGE_SOURCES) | tar -x -C $(1)
endef

.PHONY: deb rpm check-packages
deb: ## build the Debian packages multipath and multipath-dbgsym in build/
	@tests/install-packages tests/packages tests/packages.deb
	@rm -rf $(BUILD)/deb; $(call copy_sources,$(BUILD)/deb/$(PACKAGE_TREE))
	@cd $(BUILD)/deb/$(PACKAGE_TREE); cp -r udev/packaging/debian debian; \
	   udev/packaging/changelog debian $(VERSION) $(PACKAGE_EPOCH) <CHANGELOG >debian/changelog; \
	   $(packaging_tool) dpkg-buildpackage -b -us -uc
	@mv $(BUILD)/deb/*.deb $(BUILD)/; rm -rf $(BUILD)/deb/$(PACKAGE_TREE); ls $(BUILD)/*.deb
rpm: ## build the rpm packages multipath and multipath-debuginfo in build/
	@tests/install-packages tests/packages tests/packages.rpm
	@rm -rf $(BUILD)/rpm; $(call copy_sources,$(BUILD)/rpm/SOURCES/$(PACKAGE_TREE)); mkdir -p $(BUILD)/rpm/SPECS
	@tar -C $(BUILD)/rpm/SOURCES -cz -f $(BUILD)/rpm/SOURCES/$(PACKAGE_TREE).tar.gz $(PACKAGE_TREE); rm -rf $(BUILD)/rpm/SOURCES/$(PACKAGE_TREE)
	@{ sed 's/@VERSION@/$(VERSION)/' udev/packaging/rpm/multipath.spec; \
	   udev/packaging/changelog rpm $(VERSION) $(PACKAGE_EPOCH) <CHANGELOG; } >$(BUILD)/rpm/SPECS/multipath.spec
	@$(packaging_tool) rpmbuild -bb $(if $(wildcard /etc/debian_version),--nodeps) --define '_topdir $(abspath $(BUILD))/rpm' \
	   $(BUILD)/rpm/SPECS/multipath.spec
	@mv $(BUILD)/rpm/RPMS/*/*.rpm $(BUILD)/; rm -rf $(BUILD)/rpm/BUILD $(BUILD)/rpm/BUILDROOT; ls $(BUILD)/*.rpm
check-packages: deb rpm ## test the packages: lintian, installed in a chroot, over multipath-tools and back, rpm in an empty root
	@tests/install-packages tests/packages.deb tests/packages.rpm
	@BUILD=$(BUILD) tests/packaging/all
