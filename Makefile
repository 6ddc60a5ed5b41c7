# multipath: the only build file. Out of tree: everything made goes below $(BUILD).
# `make help` lists the targets. Options on the command line: BUILD, CXX, CXXFLAGS, DESTDIR, PREFIX, V=1.

VERSION := 0.1.0
BUILD ?= build
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
# Debuggers look there whatever PREFIX is.
DEBUGDIR ?= /usr/lib/debug
CXX ?= g++
ifeq ($(origin CXX),default)
CXX := g++
endif
# ccache, if the host has it, also across checkouts in different directories.
CCACHE ?= $(shell command -v ccache)
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1
export CCACHE_PCH_EXTSUM := 1
export CCACHE_SLOPPINESS := pch_defines,time_macros
V ?= 0
Q_0 := @
Q := $(Q_$(V))
MAKEFLAGS += --no-builtin-rules
# As many jobs as processors, unless the caller said how many.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc)
endif
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all

# --- flags ------------------------------------------------------------------------------------------------
WARNINGS := -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference -Wformat=2 -Werror
OPTIMISE ?= -O2 -g1
HARDEN ?= -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS -fstack-protector-strong -fstack-clash-protection -fcf-protection
HARDEN_LINK ?= -pie -Wl,-z,relro -Wl,-z,now -Wl,--as-needed
REPRODUCIBLE := -ffile-prefix-map=$(CURDIR)=. -Wdate-time
VARIANT_FLAGS ?=
ALL_CXXFLAGS := -std=c++20 -fPIE -pthread $(WARNINGS) $(OPTIMISE) $(HARDEN) $(REPRODUCIBLE) $(VARIANT_FLAGS) \
                -I. -I$(BUILD)/include -MMD -MP $(CXXFLAGS)
ALL_LDFLAGS := $(HARDEN_LINK) -Wl,--build-id=sha1 -pthread $(VARIANT_FLAGS) $(LDFLAGS)

# Boost.Program_options, libsgutils2 and doctest ship no .pc file; devmapper and libudev do.
LIBS_MULTIPATH = -lsgutils2 $$(pkg-config --libs blkid devmapper libudev) -lboost_program_options -lfmt
# devmap_name runs for every map's event and is copied into initramfs images: it brings its own bit of libstdc++.
LIBS_DEVMAP_NAME = -static-libstdc++ -static-libgcc $$(pkg-config --libs devmapper)

# --- sources ----------------------------------------------------------------------------------------------
ROOMS := libsg $(addprefix multipath/,wire nvme model config host host/live host/memory capture holders discovery claims planning teardown view run \
                             command command/compat)
SOURCES := $(sort $(foreach room,$(ROOMS),$(wildcard $(room)/*.cpp)))
MAIN_SOURCE := multipath/main.cpp
DEVMAP_NAME_SOURCES := $(sort $(wildcard devmap_name/*.cpp))
SUPPORT_SOURCES := $(sort $(wildcard tests/support/*.cpp))
UNIT_SOURCES := $(sort $(wildcard tests/unit/*.cpp tests/unit/*/*.cpp tests/unit/*/*/*.cpp))
FUZZ_SOURCES := $(sort $(wildcard tests/fuzz/*.cpp))
LAB_PROGRAM_SOURCES := $(sort $(wildcard tests/lab/*.cpp))
TCMU_SOURCES := $(sort $(wildcard tests/lab/tcmu/*.cpp))
BENCH_PROGRAM_SOURCES := $(sort $(wildcard tests/bench/*.cpp))

objects = $(patsubst %.cpp,$(BUILD)/obj/%.o,$(1))
OBJECTS := $(call objects,$(SOURCES))
EVERY_OBJECT := $(call objects,$(SOURCES) $(MAIN_SOURCE) $(DEVMAP_NAME_SOURCES) $(SUPPORT_SOURCES) $(UNIT_SOURCES) \
                  $(LAB_PROGRAM_SOURCES) $(TCMU_SOURCES) $(BENCH_PROGRAM_SOURCES))

PROGRAMS := $(BUILD)/multipath $(BUILD)/devmap_name
UNIT_PROGRAM := $(BUILD)/tests/unit
LAB_PROGRAMS := $(patsubst tests/lab/%.cpp,$(BUILD)/tests/%,$(LAB_PROGRAM_SOURCES)) $(if $(TCMU_SOURCES),$(BUILD)/tests/tcmu_disk)
BENCH_PROGRAMS := $(patsubst tests/bench/%.cpp,$(BUILD)/tests/bench_%,$(BENCH_PROGRAM_SOURCES))

# --- build ------------------------------------------------------------------------------------------------
.PHONY: all
all: $(PROGRAMS) ## build multipath and devmap_name

# Stamps change only when what they record changes; whoever depends on them is then made again.
define write_if_changed
mkdir -p $(@D); printf '%s\n' $(1) > $@.new; \
if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
endef
.PHONY: FORCE
$(BUILD)/stamp/flags: FORCE
	@$(call write_if_changed,'$(CXX) $(ALL_CXXFLAGS)')
$(BUILD)/stamp/link: FORCE
	@$(call write_if_changed,'$(CXX) $(ALL_LDFLAGS)')
$(BUILD)/stamp/sources: FORCE
	@$(call write_if_changed,'$(sort $(SOURCES) $(SUPPORT_SOURCES) $(UNIT_SOURCES))')
$(BUILD)/include/version.h: FORCE
	@$(call write_if_changed,'#pragma once' '#define MULTIPATH_VERSION "$(VERSION)"')

# One precompiled header of the standard library and fmt: half of the time of a build (PCH=0 builds without it). Every
# source still includes what it uses: `make lint` compiles without this header.
PCH ?= 1
PCH_HEADERS := algorithm array charconv chrono compare cstdint filesystem fstream functional iostream iterator map memory \
               mutex optional ranges set span sstream stdexcept string string_view system_error thread unordered_map \
               utility variant vector fmt/format.h fmt/ranges.h tl/expected.hpp
ifeq ($(PCH),1)
USE_PCH = -include $(BUILD)/include/precompiled.h -fpch-preprocess
PCH_FILE := $(BUILD)/include/precompiled.h.gch
endif
$(BUILD)/include/precompiled.h: FORCE
	@$(call write_if_changed,$(PCH_HEADERS:%='#include <%>'))
$(BUILD)/include/precompiled.h.gch: $(BUILD)/include/precompiled.h $(BUILD)/stamp/flags
	@echo "  PCH   $<"
	$(Q)$(CXX) $(filter-out -MMD -MP,$(ALL_CXXFLAGS)) -x c++-header -o $@ $<
	@{ cat $< $(BUILD)/stamp/flags; $(CXX) --version; } | sed 's|$(CURDIR)||g' | cksum >$@.sum

$(BUILD)/obj/%.o: %.cpp $(BUILD)/stamp/flags $(PCH_FILE) | $(BUILD)/include/version.h
	@mkdir -p $(@D)
	@echo "  CXX   $<"
	$(Q)$(CCACHE) $(CXX) $(USE_PCH) $(ALL_CXXFLAGS) -c -o $@ $<

$(BUILD)/multipath: $(OBJECTS) $(call objects,$(MAIN_SOURCE)) $(BUILD)/stamp/link $(BUILD)/stamp/sources
	@echo "  LINK  $@"
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS_MULTIPATH)
$(BUILD)/devmap_name: $(call objects,$(DEVMAP_NAME_SOURCES)) $(BUILD)/stamp/link
	@echo "  LINK  $@"
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS_DEVMAP_NAME)
$(UNIT_PROGRAM): $(OBJECTS) $(call objects,$(SUPPORT_SOURCES) $(UNIT_SOURCES)) \
    $(call objects,$(filter-out devmap_name/devmap_name.cpp,$(DEVMAP_NAME_SOURCES))) $(BUILD)/stamp/link $(BUILD)/stamp/sources
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS_MULTIPATH)
$(BUILD)/tests/tcmu_disk: $(call objects,$(TCMU_SOURCES)) $(BUILD)/stamp/link
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^)
$(filter-out $(BUILD)/tests/tcmu_disk,$(LAB_PROGRAMS)): $(BUILD)/tests/%: $(BUILD)/obj/tests/lab/%.o $(OBJECTS) \
    $(call objects,$(SUPPORT_SOURCES)) $(BUILD)/stamp/link
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS_MULTIPATH)
$(BENCH_PROGRAMS): $(BUILD)/tests/bench_%: $(BUILD)/obj/tests/bench/%.o $(OBJECTS) $(call objects,$(SUPPORT_SOURCES)) \
    $(BUILD)/stamp/link
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS_MULTIPATH)

-include $(EVERY_OBJECT:.o=.d)

# Daily work: not optimised, a third of the time of the build that is installed.
.PHONY: dev
dev: ## build programs and unit tests unoptimised below build/dev, for daily work: TEST='*wwid*' runs the unit tests of that name
	@$(MAKE) --no-print-directory BUILD=build/dev OPTIMISE="-O0 -g1" LDFLAGS="$(if $(shell command -v mold),-fuse-ld=mold) $(LDFLAGS)" \
	   all build/dev/tests/unit
	$(if $(TEST),build/dev/tests/unit --minimal -tc='$(TEST)')

# --- what the host needs ----------------------------------------------------------------------------------
.PHONY: deps deps-lab
deps: ## install what building and unit tests need (apt; only when something is missing)
	@tests/install-packages tests/packages
deps-lab: deps ## fetch what the lab needs: qemu, a kernel, the guest's packages
	@tests/install-packages tests/lab/packages.host
	@tests/lab/prepare

# `make check` and `make demo` on a bare machine: the packages first, then everything else in a second make,
# which sees the compiler that the first one installed.
.PHONY: check check-unit check-lab demo bench lab
# The lab's scenarios that every change has to pass; `make check-lab` runs all, which takes longer.
CHECK_SCENARIOS := 00-lab-itself 10-maps 21-letters libsg device-mapper devmap-name
check: deps-lab ## run the tests: layers, unit, command line, udev rules, coverage, lab (its main scenarios); ends in one line of counts
	@$(MAKE) --no-print-directory all $(LAB_PROGRAMS)
	@$(MAKE) --no-print-directory coverage-programs
	@tests/check --build $(BUILD) layers coverage cli rules lab $(CHECK_SCENARIOS)
check-unit: deps ## run the tests that need no guest; TEST='*wwid*': the unit tests of that name alone
	@$(MAKE) --no-print-directory all test-programs
	@$(if $(TEST),$(UNIT_PROGRAM) --minimal -tc='$(TEST)',tests/check --build $(BUILD) layers unit cli rules)
check-lab: deps-lab ## run all scenarios in the guest; SCENARIO="name..." for some of them
	@$(MAKE) --no-print-directory all test-programs
	@tests/check --build $(BUILD) lab $(SCENARIO)
check-boot: deps-lab ## boot whole systems from multipathed disks (root; long): KINDS="bookworm trixie dracut packaged", BOOTS=20
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) tests/boot/all $(KINDS)
.PHONY: check-boot test-programs
test-programs: $(UNIT_PROGRAM) $(LAB_PROGRAMS)
demo: deps-lab ## show the main job in a guest: a small SAN, maps, a lost path, flush
	@$(MAKE) --no-print-directory all
	@tests/lab/demo
lab: deps-lab ## a shell in the guest
	@$(MAKE) --no-print-directory all test-programs
	@tests/lab/run --shell
bench: deps-lab ## measure against the packaged tool in one guest, as ratios; and hosts of up to 100,000 paths on paper
	@tests/install-packages tests/packages.bench
	@$(MAKE) --no-print-directory all test-programs bench-programs
	@tests/bench/run
	@tests/bench/scale.sh $(BUILD)/multipath $(BUILD)/tests/bench_make_host
	@$(MAKE) --no-print-directory bench-hostile
# What grows tenfold costs about ten times as much, whoever made it.
HOSTILE_PROGRAMS := $(filter $(BUILD)/tests/bench_hostile_%,$(BENCH_PROGRAMS))
.PHONY: bench-hostile
bench-hostile: deps ## time inputs that somebody hostile can make ten times as large: fails when one costs more than in proportion
	@$(MAKE) --no-print-directory $(HOSTILE_PROGRAMS)
	@failed=; for program in $(HOSTILE_PROGRAMS); do $$program || failed="$$failed $${program##*/}"; done; [ -z "$$failed" ]
.PHONY: bench-programs
bench-programs: $(BENCH_PROGRAMS)

# --- variants: the same file with another BUILD ------------------------------------------------------------
# Not optimised: with the sanitisers' checks that takes a quarter of the time to build, and nothing is optimised away before
# they look. (What the compiler's flow analysis says of instrumented code is about the instruments; the plain build is the one it judges.)
SANITISE := -fno-omit-frame-pointer -fno-sanitize-recover=all -Wno-null-dereference -Wno-maybe-uninitialized
.PHONY: asan ubsan sanitised tsan coverage coverage-programs
asan ubsan: sanitised
sanitised: deps ## unit tests under AddressSanitizer and UndefinedBehaviorSanitizer, in one build; also as asan or ubsan
	@$(MAKE) --no-print-directory BUILD=build/sanitised OPTIMISE="-O0 -g1" HARDEN= HARDEN_LINK=-pie \
	   VARIANT_FLAGS="-fsanitize=address,undefined $(SANITISE)" build/sanitised/tests/unit
	build/sanitised/tests/unit
tsan: deps ## unit tests under ThreadSanitizer
	@$(MAKE) --no-print-directory BUILD=build/tsan OPTIMISE="-O0 -g1" HARDEN= HARDEN_LINK=-pie \
	   VARIANT_FLAGS="-fsanitize=thread $(SANITISE)" build/tsan/tests/unit
	build/tsan/tests/unit
coverage-programs:
	@tests/install-packages tests/packages.coverage
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/coverage OPTIMISE="-O0 -g1" HARDEN=-D_GLIBCXX_ASSERTIONS HARDEN_LINK=-pie \
	   VARIANT_FLAGS="--coverage" $(BUILD)/coverage/tests/unit
coverage: deps ## lines and branches reached by the unit tests, by room, against their floors (tests/coverage.floors)
	@$(MAKE) --no-print-directory coverage-programs
	@tests/check --build $(BUILD) coverage

# --- fuzzing: clang's libFuzzer on every decoder -------------------------------------------------------------
FUZZ_CXX ?= clang++-19
FUZZ_SECONDS ?= 60
FUZZ_BUILD := build/fuzz
FUZZ_PROGRAMS := $(patsubst tests/fuzz/%.cpp,$(FUZZ_BUILD)/%,$(FUZZ_SOURCES))
FUZZ_LIBRARY := $(filter-out libsg/sg_io_transport.cpp,$(wildcard libsg/*.cpp multipath/model/*.cpp multipath/config/*.cpp)) \
                $(addprefix multipath/capture/,escape.cpp line_ranges.cpp facts.cpp exchanges.cpp tar.cpp)
FUZZ_FLAGS := -std=c++20 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -I. -I$(FUZZ_BUILD)/include -MMD -MP
$(FUZZ_BUILD)/obj/%.o: %.cpp
	@mkdir -p $(@D)
	@echo "  FUZZ  $<"
	$(Q)$(FUZZ_CXX) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -c -o $@ $<
$(FUZZ_PROGRAMS): $(FUZZ_BUILD)/%: $(FUZZ_BUILD)/obj/tests/fuzz/%.o $(patsubst %.cpp,$(FUZZ_BUILD)/obj/%.o,$(FUZZ_LIBRARY))
	@echo "  LINK  $@"
	$(Q)$(FUZZ_CXX) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $^ -lfmt
.SECONDARY: $(patsubst %.cpp,$(FUZZ_BUILD)/obj/%.o,$(FUZZ_SOURCES) $(FUZZ_LIBRARY))
-include $(wildcard $(FUZZ_BUILD)/obj/*/*.d $(FUZZ_BUILD)/obj/*/*/*.d)
.PHONY: fuzz fuzz-programs
fuzz-programs: $(FUZZ_PROGRAMS)
fuzz: ## fuzz every decoder for FUZZ_SECONDS (60) each
	@tests/install-packages tests/packages tests/packages.fuzz
	@$(MAKE) --no-print-directory fuzz-programs
	@tests/fuzz/run $(FUZZ_BUILD) $(FUZZ_SECONDS)

# --- order in the house -----------------------------------------------------------------------------------
.PHONY: layers lint fmt
layers: ## fail when a file includes what its room may not
	@tests/install-packages tests/packages
	@$(MAKE) --no-print-directory all
	@tests/layers $(BUILD)
OWN_CODE = $(shell git ls-files --cached --others --exclude-standard '*.cpp' '*.h')
LINTED = $(SOURCES) $(MAIN_SOURCE) $(DEVMAP_NAME_SOURCES)
# (cppcheck takes a string_view of what lives to the end of the caller's statement for one that dangles.)
CPPCHECK_MISTAKES := $(addsuffix :multipath/model/number_text.h,--suppress=danglingTemporaryLifetime --suppress=invalidLifetime)
lint: ## formatting, clang-tidy, cppcheck
	@tests/install-packages tests/packages tests/packages.lint
	@echo "  FORMAT"; clang-format-19 --dry-run -Werror $(OWN_CODE)
	@$(MAKE) --no-print-directory $(BUILD)/include/version.h
	@printf '%s\n' $(LINTED) | xargs -P $$(nproc) -n 1 sh -c 'echo "  TIDY  $$1"; exec clang-tidy-19 --quiet --warnings-as-errors="*" \
	   --header-filter="(libsg|multipath|devmap_name)/" "$$1" -- -std=c++20 -I. -I$(BUILD)/include 2>&1' tidy
	@echo "  CPPCHECK"; cppcheck --quiet -j $$(nproc) --std=c++20 --language=c++ --enable=warning,performance,portability --inline-suppr \
	   --error-exitcode=1 --suppress=missingIncludeSystem $(CPPCHECK_MISTAKES) -I. $(LINTED)
fmt: ## format the code
	@tests/install-packages tests/packages.lint
	clang-format-19 -i $(OWN_CODE)

# --- programs as they are installed -----------------------------------------------------------------------------
# Without debug information: install-debug puts that where gdb and coredumpctl look for it, by build id. (A recipe and not a
# rule, so that "make -o all install" takes the programs as they are.)
STRIPPED := $(PROGRAMS:$(BUILD)/%=$(BUILD)/stripped/%)
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

# --- install: lists that serve both ways ----------------------------------------------------------------------
# mode, source, destination. Sources below $(BUILD)/udev are those of udev/ with the places of this installation.
define INSTALLED
0755 $(BUILD)/stripped/multipath $(SBINDIR)/multipath
0755 $(BUILD)/stripped/devmap_name $(SBINDIR)/devmap_name
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
0644 udev/systemd/lvm2-pvscan@.service $(SYSTEMDDIR)/lvm2-pvscan@.service
0644 $(BUILD)/udev/systemd/multipath-restore@.service $(SYSTEMDDIR)/multipath-restore@.service
0644 man/multipath-udev.7 $(MANDIR)/man7/multipath-udev.7
0755 $(BUILD)/udev/sweep $(LIBDIR)/sweep
0755 udev/switched-off $(LIBDIR)/switched-off
0644 $(BUILD)/udev/root-on-map $(LIBDIR)/root-on-map
0644 $(BUILD)/udev/systemd/multipath-boot.service $(SYSTEMDDIR)/multipath-boot.service
0644 $(BUILD)/udev/systemd/multipath-queueing.service $(SYSTEMDDIR)/multipath-queueing.service
0644 udev/systemd/multipath.modules-load $(MODULESLOADDIR)/multipath.conf
0644 udev/systemd/multipath.tmpfiles $(TMPFILESDIR)/multipath.conf
0644 multipath/completion.bash $(COMPLETIONDIR)/multipath
0644 man/multipath.8 $(MANDIR)/man8/multipath.8
0644 man/multipath-clear-holders.8 $(MANDIR)/man8/multipath-clear-holders.8
0644 man/multipath-boot.7 $(MANDIR)/man7/multipath-boot.7
0644 man/multipath-migration.7 $(MANDIR)/man7/multipath-migration.7
0644 man/multipath-troubleshooting.7 $(MANDIR)/man7/multipath-troubleshooting.7
0644 man/multipath-wwid.7 $(MANDIR)/man7/multipath-wwid.7
0644 man/multipath-json.5 $(MANDIR)/man5/multipath-json.5
0644 man/multipath.conf.5 $(MANDIR)/man5/multipath.conf.5
0644 man/devmap_name.8 $(MANDIR)/man8/devmap_name.8
0644 README.md $(DOCDIR)/README.md
0644 CHANGELOG $(DOCDIR)/CHANGELOG
0644 LICENSE $(DOCDIR)/LICENSE
endef
define INSTALLED_INITRAMFS
0755 $(BUILD)/udev/initramfs-tools/hook $(INITRAMFSDIR)/hooks/multipath
0755 $(BUILD)/udev/initramfs-tools/init-top $(INITRAMFSDIR)/scripts/init-top/multipath
0755 $(BUILD)/udev/initramfs-tools/local-top $(INITRAMFSDIR)/scripts/local-top/multipath
0755 $(BUILD)/udev/initramfs-tools/local-block $(INITRAMFSDIR)/scripts/local-block/multipath
0755 $(BUILD)/udev/initramfs-tools/local-premount $(INITRAMFSDIR)/scripts/local-premount/multipath
0755 $(BUILD)/udev/initramfs-tools/local-bottom $(INITRAMFSDIR)/scripts/local-bottom/multipath
endef
define INSTALLED_DRACUT
0755 $(BUILD)/udev/dracut/module-setup.sh $(DRACUTDIR)/modules.d/70multipath-maps/module-setup.sh
0755 $(BUILD)/udev/dracut/multipath-load.sh $(DRACUTDIR)/modules.d/70multipath-maps/multipath-load.sh
0755 $(BUILD)/udev/dracut/multipath-sweep.sh $(DRACUTDIR)/modules.d/70multipath-maps/multipath-sweep.sh
0755 $(BUILD)/udev/dracut/multipath-premount.sh $(DRACUTDIR)/modules.d/70multipath-maps/multipath-premount.sh
0755 $(BUILD)/udev/dracut/multipath-need-shutdown.sh $(DRACUTDIR)/modules.d/70multipath-maps/multipath-need-shutdown.sh
0755 $(BUILD)/udev/dracut/multipath-shutdown.sh $(DRACUTDIR)/modules.d/70multipath-maps/multipath-shutdown.sh
0644 udev/dracut/multipath.dracut-conf $(DRACUTDIR)/dracut.conf.d/70-multipath-maps.conf
0755 udev/dracut/named-multipath.sh $(DRACUTDIR)/modules.d/69multipath/module-setup.sh
endef
export INSTALLED INSTALLED_INITRAMFS INSTALLED_DRACUT

# The initramfs takes along every rule that is installed.
RULES = $(notdir $(filter $(UDEVDIR)/rules.d/%.rules,$(INSTALLED)))
WITH_PLACES = $(filter $(BUILD)/udev/%,$(INSTALLED) $(INSTALLED_INITRAMFS) $(INSTALLED_DRACUT))
$(BUILD)/stamp/places: FORCE
	@$(call write_if_changed,'$(SBINDIR) $(LIBDIR) $(UDEVDIR) $(SYSTEMDDIR) $(RULES)')
$(sort $(WITH_PLACES)): $(BUILD)/udev/%: udev/% $(BUILD)/stamp/places
	@mkdir -p $(@D)
	$(Q)sed -e 's|@SBINDIR@|$(SBINDIR)|g; s|@LIBDIR@|$(LIBDIR)|g; s|@RULESDIR@|$(UDEVDIR)/rules.d|g; s|@SYSTEMDDIR@|$(SYSTEMDDIR)|g; s|@RULES@|$(RULES)|g' $< >$@

define put
@$(call put_lines,printf '%s\n' "$$$(1)")
endef
define put_lines
$(1) | while read -r mode source destination; do \
   install -D -m $$mode $$source "$(DESTDIR)$$destination"; echo "  $(DESTDIR)$$destination"; done
endef
# On this host itself (no DESTDIR), only where there is something to install for.
define only_where
@[ -n "$(DESTDIR)" ] || command -v $(1) >/dev/null || { echo "$@: there is no $(1) on this host; nothing is installed" >&2; exit 1; }
endef
# Files of the same names come with multipath-tools-boot.
define not_over_a_package
@[ -n "$(DESTDIR)" ] || ! owner=$$(dpkg-query -S $(1) 2>/dev/null) || [ "$${owner%%:*}" = multipath ] || \
   { echo "$@: $(1) belongs to the package $${owner%%:*}: remove that first; nothing is installed" >&2; exit 1; }
endef
.PHONY: install install-debug install-initramfs install-dracut uninstall
install: all $(filter $(BUILD)/udev/%,$(INSTALLED)) ## install below DESTDIR and PREFIX
	$(strip_programs)
	$(call put,INSTALLED)
	@[ -n "$(DESTDIR)" ] || [ ! -d /run/systemd/system ] || systemctl enable --quiet multipath-boot.service multipath-queueing.service
	@[ -n "$(DESTDIR)" ] || ! command -v udevadm >/dev/null || udevadm control --reload 2>/dev/null || true
install-debug: all ## install the programs' debug information below DEBUGDIR (/usr/lib/debug), by build id
	$(strip_programs)
	@$(call put_lines,{ $(debug_places); })
install-initramfs: $(filter $(BUILD)/udev/%,$(INSTALLED_INITRAMFS)) ## install the hook and scripts of initramfs-tools
	$(call only_where,update-initramfs)
	$(call not_over_a_package,$(INITRAMFSDIR)/hooks/multipath)
	$(call put,INSTALLED_INITRAMFS)
	@[ -n "$(DESTDIR)" ] || echo "update-initramfs -u now makes the image"
install-dracut: $(filter $(BUILD)/udev/%,$(INSTALLED_DRACUT)) ## install the dracut module
	$(call only_where,dracut)
	$(call put,INSTALLED_DRACUT)
	@[ -n "$(DESTDIR)" ] || echo "dracut --force now makes the image"
uninstall: ## remove what the install targets put there
	@[ -n "$(DESTDIR)" ] || [ ! -d /run/systemd/system ] || \
	   systemctl disable --quiet multipath-boot.service multipath-queueing.service 2>/dev/null || true
	@{ printf '%s\n' "$$INSTALLED" "$$INSTALLED_INITRAMFS" "$$INSTALLED_DRACUT"; [ ! -e $(firstword $(STRIPPED)) ] || { $(debug_places); }; } | \
	   while read -r mode source destination; do rm -f "$(DESTDIR)$$destination"; done
	@rmdir --ignore-fail-on-non-empty "$(DESTDIR)$(DOCDIR)" "$(DESTDIR)$(LIBDIR)" $(foreach module,69multipath 70multipath-maps,"$(DESTDIR)$(DRACUTDIR)/modules.d/$(module)") \
	   2>/dev/null || true

.PHONY: deb
deb: ## pack what the install targets put as build/multipath_VERSION_ARCHITECTURE.deb, and debug information as multipath-dbgsym_...
	@rm -rf $(BUILD)/deb $(BUILD)/deb-debug
	@$(MAKE) --no-print-directory install install-initramfs install-dracut DESTDIR=$(abspath $(BUILD))/deb
	@$(MAKE) --no-print-directory -o all install-debug DESTDIR=$(abspath $(BUILD))/deb-debug DEBUGDIR=/usr/lib/debug
	@udev/make-deb $(abspath $(BUILD))/deb $(abspath $(BUILD))/deb-debug $(VERSION) $(BUILD)

.PHONY: clean help
clean: ## remove everything that was made
	rm -rf build
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
