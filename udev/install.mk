# What `make install` and its relatives put where; the Makefile includes this file.
# All places follow PREFIX; each can be set alone on the command line. Programs that search fixed places do not find
# everything under another PREFIX: udev, systemd, modules-load.d and tmpfiles.d also search /usr/local/lib; initramfs-tools
# searches /usr/share and /etc/initramfs-tools (INITRAMFSDIR), dracut searches /usr/lib/dracut (DRACUTDIR).
PREFIX ?= /usr
SBINDIR ?= $(PREFIX)/sbin
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/multipath
UDEVDIR ?= $(PREFIX)/lib/udev
LIBDIR ?= $(PREFIX)/lib/multipath
SYSTEMDDIR ?= $(PREFIX)/lib/systemd/system
MODULESLOADDIR ?= $(PREFIX)/lib/modules-load.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
INITRAMFSDIR ?= $(PREFIX)/share/initramfs-tools
DRACUTDIR ?= $(PREFIX)/lib/dracut
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
# Debuggers search this directory whatever PREFIX is.
DEBUGDIR ?= /usr/lib/debug
# STRIP=0 installs the programs with their debug information, for dpkg and rpm, which split it off themselves.
STRIP ?= 1

# --- programs as they are installed -------------------------------------------------------------------------
# Without debug information: install-debug puts that where gdb and coredumpctl search for it, by build id. (A recipe and not
# a rule, so that "make -o all install" takes the programs as they are.)
STRIPPED := $(PROGRAMS:$(BUILD)/%=$(BUILD)/stripped/%)
INSTALLED_PROGRAMS := $(if $(filter 0,$(STRIP)),$(PROGRAMS),$(STRIPPED))
define strip_programs
@mkdir -p $(BUILD)/stripped
@for program in $(PROGRAMS:$(BUILD)/%=%); do \
   to=$(BUILD)/stripped/$$program; [ ! $$to -nt $(BUILD)/$$program ] || continue; \
   objcopy --only-keep-debug --compress-debug-sections $(BUILD)/$$program $$to.debug.$$$$; mv $$to.debug.$$$$ $$to.debug; \
   strip --strip-all -o $$to.$$$$ $(BUILD)/$$program; mv $$to.$$$$ $$to; done
endef
# "mode source destination" of each program's debug information.
define debug_places
for program in $(STRIPPED); do \
   id=$$(readelf -n $$program | sed -n 's/.*Build ID: *//p'); [ -n "$$id" ] || { echo "$$program has no build id" >&2; exit 1; }; \
   echo "0644 $$program.debug $(DEBUGDIR)/.build-id/$${id:0:2}/$${id:2}.debug"; done
endef
SBOM := $(BUILD)/multipath.spdx.json
write_sbom = @udev/packaging/make-sbom $(VERSION) $(PROGRAMS) >$(SBOM).$$$$; mv $(SBOM).$$$$ $(SBOM)

# --- what is installed: install and uninstall read the same lists ------------------------------------------
# Each line: mode, source, destination. Sources below $(BUILD)/udev are files of udev/ with this installation's places.
# (The rules' tests read the lines of the rules.)
define newline


endef
# multipath_id is for the rules alone.
program_directory = $(if $(filter multipath_id,$(notdir $(1))),$(LIBDIR),$(SBINDIR))
PAGES := $(notdir $(sort $(wildcard man/*.[1-9])))
define INSTALLED
$(foreach program,$(INSTALLED_PROGRAMS),0755 $(program) $(call program_directory,$(program))/$(notdir $(program))$(newline))
0644 $(BUILD)/udev/rules/11-dm-multipath-map.rules $(UDEVDIR)/rules.d/11-dm-multipath-map.rules
0644 $(BUILD)/udev/rules/11-dm-multipath-map.rules $(UDEVDIR)/rules.d/56-dm-multipath-map.rules
0644 $(BUILD)/udev/rules/57-devmap-name.rules $(UDEVDIR)/rules.d/57-devmap-name.rules
0644 $(BUILD)/udev/rules/59-multipath-path.rules $(UDEVDIR)/rules.d/59-multipath-path.rules
0644 $(BUILD)/udev/rules/66-multipath-partitions.rules $(UDEVDIR)/rules.d/66-multipath-partitions.rules
0644 $(BUILD)/udev/rules/68-multipath-lvm.rules $(UDEVDIR)/rules.d/68-multipath-lvm.rules
0644 $(BUILD)/udev/rules/68-multipath-path-partitions.rules $(UDEVDIR)/rules.d/68-multipath-path-partitions.rules
0644 $(BUILD)/udev/rules/69-dm-lvm-metad.rules $(UDEVDIR)/rules.d/69-dm-lvm-metad.rules
0644 $(BUILD)/udev/rules/90-multipath-event.rules $(UDEVDIR)/rules.d/90-multipath-event.rules
0644 $(BUILD)/udev/rules/99-z-multipath-late.rules $(UDEVDIR)/rules.d/99-z-multipath-late.rules
0755 $(BUILD)/udev/sweep $(LIBDIR)/sweep
0755 $(BUILD)/udev/switched-off $(LIBDIR)/switched-off
0644 $(BUILD)/udev/root-on-map $(LIBDIR)/root-on-map
0644 $(BUILD)/udev/systemd/lvm2-pvscan@.service $(SYSTEMDDIR)/lvm2-pvscan@.service
0644 $(BUILD)/udev/systemd/multipath-restore@.service $(SYSTEMDDIR)/multipath-restore@.service
0644 $(BUILD)/udev/systemd/multipath-boot.service $(SYSTEMDDIR)/multipath-boot.service
0644 $(BUILD)/udev/systemd/multipath-queueing.service $(SYSTEMDDIR)/multipath-queueing.service
0644 $(BUILD)/udev/systemd/multipath.modules-load $(MODULESLOADDIR)/multipath.conf
0644 $(BUILD)/udev/systemd/multipath.tmpfiles $(TMPFILESDIR)/multipath.conf
0644 multipath/completion.bash $(COMPLETIONDIR)/multipath
$(foreach page,$(PAGES),0644 man/$(page) $(MANDIR)/man$(subst .,,$(suffix $(page)))/$(page)$(newline))
$(foreach text,$(wildcard README README.md CHANGELOG LICENSE),0644 $(text) $(DOCDIR)/$(text)$(newline))
0644 $(SBOM) $(DOCDIR)/multipath.spdx.json
endef
initramfs_script = 0755 $(BUILD)/udev/initramfs-tools/$(1) $(INITRAMFSDIR)/scripts/$(1)/multipath$(newline)
define INSTALLED_INITRAMFS
0755 $(BUILD)/udev/initramfs-tools/hook $(INITRAMFSDIR)/hooks/multipath
$(foreach stage,init-top local-top local-block local-premount local-bottom,$(call initramfs_script,$(stage)))
endef
dracut_script = 0755 $(BUILD)/udev/dracut/$(1) $(DRACUTDIR)/modules.d/70multipath-maps/$(1)$(newline)
DRACUT_SCRIPTS := module-setup.sh $(addprefix multipath-,load.sh sweep.sh premount.sh need-shutdown.sh shutdown.sh)
define INSTALLED_DRACUT
$(foreach script,$(DRACUT_SCRIPTS),$(call dracut_script,$(script)))
0755 $(BUILD)/udev/dracut/named-multipath.sh $(DRACUTDIR)/modules.d/69multipath/module-setup.sh
0644 $(BUILD)/udev/dracut/multipath.dracut-conf $(DRACUTDIR)/dracut.conf.d/70-multipath-maps.conf
endef
export INSTALLED INSTALLED_INITRAMFS INSTALLED_DRACUT

# The initramfs takes along every rule that is installed.
RULES = $(notdir $(filter $(UDEVDIR)/rules.d/%.rules,$(INSTALLED)))
WITH_PLACES = $(filter $(BUILD)/udev/%,$(INSTALLED) $(INSTALLED_INITRAMFS) $(INSTALLED_DRACUT))
$(BUILD)/stamp/places: FORCE
	@$(call write_if_changed,'$(SBINDIR) $(LIBDIR) $(UDEVDIR) $(SYSTEMDDIR) $(RULES)')
$(sort $(WITH_PLACES)): $(BUILD)/udev/%: udev/% $(BUILD)/stamp/places
	@mkdir -p $(@D)
	$(Q)sed -e 's|@SBINDIR@|$(SBINDIR)|g; s|@LIBDIR@|$(LIBDIR)|g; s|@RULESDIR@|$(UDEVDIR)/rules.d|g' \
	   -e 's|@SYSTEMDDIR@|$(SYSTEMDDIR)|g; s|@RULES@|$(RULES)|g' $< >$@

# --- targets -------------------------------------------------------------------------------------------------
put = @$(call put_lines,printf '%s\n' "$$$(1)")
define put_lines
$(1) | while read -r mode source destination; do [ -n "$$mode" ] || continue; \
   install -D -m $$mode $$source "$(DESTDIR)$$destination"; echo "  $(DESTDIR)$$destination"; done
endef
# Without DESTDIR, which means this host itself, only where the program that reads the files is installed.
define only_where
@[ -n "$(DESTDIR)" ] || command -v $(1) >/dev/null || { echo "$@: $(1) is not installed on this host; nothing is installed" >&2; exit 1; }
endef
define searched_only_in
@[ -n "$(DESTDIR)" ] || case $(1) in $(2)) ;; *) echo "$@: $(strip $(3))" >&2 ;; esac
endef
# multipath-tools-boot brings files of the same names.
define not_over_a_package
@[ -n "$(DESTDIR)" ] || ! owner=$$(dpkg-query -S $(1) 2>/dev/null) || [ "$${owner%%:*}" = multipath ] || \
   { echo "$@: $(1) belongs to the package $${owner%%:*}: remove that package first; nothing is installed" >&2; exit 1; }
endef
UNITS := multipath-boot.service multipath-queueing.service
.PHONY: install install-debug install-initramfs install-dracut uninstall sbom
install: all $(filter $(BUILD)/udev/%,$(INSTALLED)) ## install below DESTDIR and PREFIX (/usr)
	$(strip_programs)
	$(write_sbom)
	$(call put,INSTALLED)
	@[ -n "$(DESTDIR)" ] || [ ! -d /run/systemd/system ] || systemctl enable --quiet $(UNITS)
	@[ -n "$(DESTDIR)" ] || ! command -v udevadm >/dev/null || udevadm control --reload 2>/dev/null || true
install-debug: all ## install the programs' debug information below DEBUGDIR (/usr/lib/debug), by build id
	$(strip_programs)
	@$(call put_lines,{ $(debug_places); })
install-initramfs: $(filter $(BUILD)/udev/%,$(INSTALLED_INITRAMFS)) ## install the hook and scripts of initramfs-tools
	$(call only_where,update-initramfs)
	$(call not_over_a_package,$(INITRAMFSDIR)/hooks/multipath)
	$(call put,INSTALLED_INITRAMFS)
	$(call searched_only_in,$(INITRAMFSDIR),/usr/share/initramfs-tools | /etc/initramfs-tools,\
	   initramfs-tools does not search $(INITRAMFSDIR); repeat with INITRAMFSDIR=/etc/initramfs-tools)
	@[ -n "$(DESTDIR)" ] || echo "run update-initramfs -u to make the image"
install-dracut: $(filter $(BUILD)/udev/%,$(INSTALLED_DRACUT)) ## install the dracut module
	$(call only_where,dracut)
	$(call put,INSTALLED_DRACUT)
	$(call searched_only_in,$(DRACUTDIR),/usr/lib/dracut,\
	   dracut does not search $(DRACUTDIR); repeat with DRACUTDIR=/usr/lib/dracut)
	@[ -n "$(DESTDIR)" ] || echo "run dracut --force to make the image"
uninstall: ## remove what the install targets have installed
	@[ -n "$(DESTDIR)" ] || [ ! -d /run/systemd/system ] || systemctl disable --quiet $(UNITS) 2>/dev/null || true
	@{ printf '%s\n' "$$INSTALLED" "$$INSTALLED_INITRAMFS" "$$INSTALLED_DRACUT"; \
	   [ ! -e $(firstword $(STRIPPED)) ] || { $(debug_places); }; } | \
	   while read -r mode source destination; do [ -z "$$mode" ] || rm -f "$(DESTDIR)$$destination"; done
	@rmdir --ignore-fail-on-non-empty "$(DESTDIR)$(DOCDIR)" "$(DESTDIR)$(LIBDIR)" \
	   "$(DESTDIR)$(DRACUTDIR)/modules.d/69multipath" "$(DESTDIR)$(DRACUTDIR)/modules.d/70multipath-maps" 2>/dev/null || true
sbom: all ## list what the programs are linked with as build/multipath.spdx.json (SPDX 2.3)
	$(write_sbom)
	@echo "  $(SBOM)"
