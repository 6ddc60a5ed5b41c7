# multipath: the build. Everything that is made goes below $(BUILD).
# `make help` lists the targets. Options on the command line: BUILD, CXX, CXXFLAGS, LDFLAGS, OPTIMISE, PCH=0, UNITY=1,
# CCACHE=, DESTDIR, PREFIX, V=1. Installation is in udev/install.mk, packages are in udev/packaging/packages.mk.

VERSION := 0.1.0
BUILD ?= build
CXX ?= g++
ifeq ($(origin CXX),default)
CXX := g++
endif
# ccache, if the host has it; checkouts in different directories share its results.
CCACHE ?= $(shell command -v ccache)
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1
export CCACHE_PCH_EXTSUM := 1
export CCACHE_SLOPPINESS := pch_defines,time_macros
V ?= 0
Q_0 := @
Q := $(Q_$(V))
MAKEFLAGS += --no-builtin-rules
# One job for each processor, unless the command line has -j.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc)
endif
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all

comma := ,
# --- flags ------------------------------------------------------------------------------------------------
WARNINGS := -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wmissing-declarations -Wnull-dereference -Wformat=2 -Werror
OPTIMISE ?= -O2 -g1
# Rooms that spend their time on users and on the kernel are compiled for size: the program is part of each initramfs.
SMALL_ROOMS := $(addprefix multipath/,host/live holders teardown view run command command/compat command/verbs)
SMALL := $(if $(filter -O2,$(OPTIMISE)),-Os)
# The linker leaves out what nothing uses.
SECTIONS ?= -ffunction-sections -fdata-sections
HARDEN ?= -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS -fstack-protector-strong -fstack-clash-protection -fcf-protection
HARDEN_LINK ?= -pie -Wl,-z,relro -Wl,-z,now -Wl,--as-needed
REPRODUCIBLE := -ffile-prefix-map=$(CURDIR)=. -Wdate-time
VARIANT_FLAGS ?=
ALL_CXXFLAGS := -std=c++20 -fPIE -pthread $(WARNINGS) $(OPTIMISE) $(SECTIONS) $(HARDEN) $(REPRODUCIBLE) $(VARIANT_FLAGS) \
                -I. -I$(BUILD)/include -MMD -MP $(CXXFLAGS)
ALL_LDFLAGS := $(HARDEN_LINK) $(if $(SECTIONS),-Wl$(comma)--gc-sections) -Wl,--build-id=sha1 -pthread $(VARIANT_FLAGS) $(LDFLAGS)

# Boost.Program_options, libsgutils2 and doctest ship no .pc file; devmapper and libudev do.
LIBS_MULTIPATH = -lsgutils2 $$(pkg-config --libs blkid devmapper libudev) -lboost_program_options -lfmt
# devmap_name runs for each event of a map and is copied into initramfs images: it needs no libstdc++ there.
LIBS_DEVMAP_NAME = -static-libstdc++ -static-libgcc $$(pkg-config --libs devmapper)

# --- sources ----------------------------------------------------------------------------------------------
ROOMS := libsg $(addprefix multipath/,nvme model config host host/live host/memory capture holders discovery claims planning teardown view run \
                             command command/compat command/verbs)
SOURCES := $(sort $(foreach room,$(ROOMS),$(wildcard $(room)/*.cpp)))
DAEMON_SOURCES := $(sort $(wildcard multipath/wire/*.cpp multipath/watch/*.cpp multipath/daemon/*.cpp))
MAIN_SOURCE := multipath/main.cpp
DAEMON_MAIN_SOURCE := multipath/multipathd.cpp
# multipath_id: what rules run for each event; the rest of it comes from the rooms.
ID_SOURCES := multipath/multipath_id.cpp multipath/fmt_functions.cpp
DEVMAP_NAME_SOURCES := $(sort $(wildcard devmap_name/*.cpp))
SUPPORT_SOURCES := $(sort $(wildcard tests/support/*.cpp))
UNIT_SOURCES := $(sort $(wildcard tests/unit/*.cpp tests/unit/*/*.cpp tests/unit/*/*/*.cpp))
FUZZ_SOURCES := $(sort $(wildcard tests/fuzz/*.cpp))
LAB_PROGRAM_SOURCES := $(sort $(wildcard tests/lab/*.cpp))
TCMU_SOURCES := $(sort $(wildcard tests/lab/tcmu/*.cpp))
BENCH_PROGRAM_SOURCES := $(sort $(wildcard tests/bench/*.cpp))

objects = $(patsubst %.cpp,$(BUILD)/obj/%.o,$(1))
OBJECTS := $(call objects,$(SOURCES))
COMPILED_SOURCES := $(SOURCES) $(DAEMON_SOURCES) $(MAIN_SOURCE) $(DAEMON_MAIN_SOURCE) $(ID_SOURCES) $(DEVMAP_NAME_SOURCES) $(SUPPORT_SOURCES) $(UNIT_SOURCES) \
                    $(LAB_PROGRAM_SOURCES) $(TCMU_SOURCES) $(BENCH_PROGRAM_SOURCES)
EVERY_OBJECT := $(call objects,$(COMPILED_SOURCES))

PROGRAMS := $(BUILD)/multipath $(BUILD)/multipath_id $(BUILD)/devmap_name
# Not installed: multipathd does not act yet.
DAEMON_PROGRAM := $(BUILD)/multipathd
UNIT_PROGRAM := $(BUILD)/tests/unit
LAB_PROGRAMS := $(patsubst tests/lab/%.cpp,$(BUILD)/tests/%,$(LAB_PROGRAM_SOURCES)) $(if $(TCMU_SOURCES),$(BUILD)/tests/tcmu_disk)
BENCH_PROGRAMS := $(patsubst tests/bench/%.cpp,$(BUILD)/tests/bench_%,$(BENCH_PROGRAM_SOURCES))

# --- build ------------------------------------------------------------------------------------------------
.PHONY: all
all: $(PROGRAMS) $(DAEMON_PROGRAM) ## build multipath, devmap_name and multipathd

# A stamp changes only when its content changes; what depends on it is then made again.
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
	@$(call write_if_changed,'$(sort $(SOURCES) $(DAEMON_SOURCES) $(SUPPORT_SOURCES) $(UNIT_SOURCES))')
$(BUILD)/include/version.h: FORCE
	@$(call write_if_changed,'#pragma once' '#define MULTIPATH_VERSION "$(VERSION)"')
$(BUILD)/include/places.h: FORCE
	@$(call write_if_changed,'#pragma once' '#define MULTIPATH_PROGRAM "$(SBINDIR)/multipath"')

# One precompiled header of the standard library and fmt halves the time of a build (PCH=0 builds without it). Each
# source still includes what it uses: `make lint` compiles without this header.
PCH ?= 1
PCH_HEADERS := algorithm array charconv chrono compare cstdint filesystem fstream functional iostream iterator map memory \
               mutex optional ranges set span sstream stdexcept string string_view system_error thread unordered_map \
               utility variant vector fmt/format.h fmt/ranges.h tl/expected.hpp
PCH_DIRECTORY = $(BUILD)/include$(if $(SIZE_FLAGS),/small)
ifeq ($(PCH),1)
USE_PCH = -include $(PCH_DIRECTORY)/precompiled.h -fpch-preprocess
PCH_FILE := $(addsuffix /precompiled.h.gch,$(BUILD)/include $(if $(SMALL),$(BUILD)/include/small))
endif
$(BUILD)/include/precompiled.h $(BUILD)/include/small/precompiled.h: FORCE
	@$(call write_if_changed,$(PCH_HEADERS:%='#include <%>'))
# gcc uses a precompiled header only with the optimisation that it was made with.
$(BUILD)/include/small/precompiled.h.gch: private SIZE_FLAGS := $(SMALL)
%/precompiled.h.gch: %/precompiled.h $(BUILD)/stamp/flags
	@echo "  PCH   $<"
	$(Q)$(CXX) $(filter-out -MMD -MP,$(ALL_CXXFLAGS)) $(SIZE_FLAGS) -x c++-header -o $@ $<
	@{ cat $< $(BUILD)/stamp/flags; echo '$(SIZE_FLAGS)'; $(CXX) --version; } | sed 's|$(CURDIR)||g' | cksum >$@.sum

$(BUILD)/obj/%.o: %.cpp $(BUILD)/stamp/flags $(PCH_FILE) | $(BUILD)/include/version.h $(BUILD)/include/places.h
	@mkdir -p $(@D)
	@echo "  CXX   $<"
	$(Q)$(CCACHE) $(CXX) $(USE_PCH) $(ALL_CXXFLAGS) $(SIZE_FLAGS) -c -o $@ $<
$(call objects,$(foreach room,$(SMALL_ROOMS),$(wildcard $(room)/*.cpp))) $(SMALL_ROOMS:%=$(BUILD)/unity/%/room.o): \
   private SIZE_FLAGS := $(SMALL)

# UNITY=1: the program is compiled as one unit for each room: half of the time of a build from nothing without ccache. By
# default each file is a unit: layers and coverage read what each file includes. In one unit, all unnamed namespaces are one:
# two warnings are about that alone, and files whose own names clash with those of others are compiled apart. When a new clash
# appears, its room is compiled file by file, and the clash is reported.
UNITY ?= 0
UNITY_APART := $(addprefix libsg/,rdac_pages.cpp read.cpp target_port_groups.cpp vendor_rdac.cpp \
   vital_product_data.cpp) \
   $(addprefix multipath/,capture/captured_tree.cpp capture/captured_host.cpp command/verbs.cpp config/keywords.cpp \
     config/last_good.cpp config/wwids_file.cpp discovery/kernel_disk.cpp discovery/prioritizer.cpp holders/walk.cpp host/live/isolated_transport.cpp \
     host/live/live_event_spool.cpp host/live/live_signature_backup.cpp host/live/process_tool_runner.cpp \
     host/live/live_state_files.cpp model/multipath_table.cpp model/printable.cpp model/shell_text.cpp \
     planning/plan.cpp planning/transport_plan.cpp \
     teardown/execute_step.cpp view/json_explanation.cpp view/json_holders.cpp)
UNITY_WARNINGS := -Wno-shadow -Wno-subobject-linkage
ifeq ($(UNITY),1)
UNITY_ROOMS := $(foreach room,$(ROOMS),$(if $(filter-out $(UNITY_APART),$(wildcard $(room)/*.cpp)),$(room)))
PROGRAM_OBJECTS := $(UNITY_ROOMS:%=$(BUILD)/unity/%/room.o) $(call objects,$(filter $(UNITY_APART),$(SOURCES)))
else
PROGRAM_OBJECTS := $(OBJECTS)
endif
.PRECIOUS: $(BUILD)/unity/%/room.cpp
$(BUILD)/unity/%/room.cpp: FORCE
	@$(call write_if_changed,$(patsubst %,'#include "%"',$(filter-out $(UNITY_APART),$(sort $(wildcard $*/*.cpp)))))
$(BUILD)/unity/%/room.o: $(BUILD)/unity/%/room.cpp $(BUILD)/stamp/flags $(PCH_FILE) | $(BUILD)/include/version.h
	@echo "  UNITY $*"
	$(Q)$(CXX) $(USE_PCH) $(ALL_CXXFLAGS) $(SIZE_FLAGS) $(UNITY_WARNINGS) -c -o $@ $< 2>$(@D)/errors || { \
	   echo "  UNITY $*: compiled file by file; why not as one: $(@D)/errors"; \
	   rm -f $(@D)/*.part.o $(@D)/*.part.d; \
	   for source in $(filter-out $(UNITY_APART),$(wildcard $*/*.cpp)); do \
	      $(CXX) $(USE_PCH) $(ALL_CXXFLAGS) $(SIZE_FLAGS) -MT $@ -c -o $(@D)/$$(basename $$source .cpp).part.o $$source || exit; done; \
	   $(LD) -r -o $@ $(@D)/*.part.o; cat $(@D)/*.part.d >$(@D)/room.d; }

$(BUILD)/multipath: $(PROGRAM_OBJECTS) $(call objects,$(MAIN_SOURCE)) $(BUILD)/stamp/link $(BUILD)/stamp/sources
	@echo "  LINK  $@"
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS_MULTIPATH)
$(DAEMON_PROGRAM): $(PROGRAM_OBJECTS) $(call objects,$(DAEMON_SOURCES) $(DAEMON_MAIN_SOURCE)) $(BUILD)/stamp/link $(BUILD)/stamp/sources
	@echo "  LINK  $@"
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS_MULTIPATH)
# Statically linked, this program starts in a third of the time; STATIC= for hosts without static libraries. The linker
# takes from the archive what the program uses.
STATIC ?= -static-pie
$(BUILD)/rooms.a: $(PROGRAM_OBJECTS) $(BUILD)/stamp/sources
	$(Q)rm -f $@; ar rcsT $@ $(filter %.o,$^)
$(BUILD)/multipath_id: $(call objects,$(ID_SOURCES)) $(BUILD)/rooms.a $(BUILD)/stamp/link
	@echo "  LINK  $@"
	$(Q)$(CXX) $(ALL_LDFLAGS) $(STATIC) -o $@ $(filter %.o %.a,$^)
$(BUILD)/devmap_name: $(call objects,$(DEVMAP_NAME_SOURCES)) $(BUILD)/stamp/link
	@echo "  LINK  $@"
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS_DEVMAP_NAME)
$(UNIT_PROGRAM): $(OBJECTS) $(call objects,$(DAEMON_SOURCES) $(SUPPORT_SOURCES) $(UNIT_SOURCES)) \
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

-include $(EVERY_OBJECT:.o=.d) $(UNITY_ROOMS:%=$(BUILD)/unity/%/room.d)

# What clangd and other tools compile a source with; clang cannot use the precompiled header of gcc. Phony, since all that
# it depends on is in this file.
.PHONY: compile_commands.json
compile_commands.json: $(BUILD)/include/version.h ## write build/compile_commands.json for clangd and other tools
	@{ separator='['; for source in $(COMPILED_SOURCES); do \
	   printf '%s{"directory": "%s", "file": "%s", "output": "%s", "command": "%s"}' "$$separator" '$(CURDIR)' "$$source" \
	      "$(BUILD)/obj/$${source%.cpp}.o" '$(CXX) $(ALL_CXXFLAGS) -c'" -o $(BUILD)/obj/$${source%.cpp}.o $$source"; separator=$$',\n'; done; \
	   echo ']'; } >$(BUILD)/$@
	@echo "  $(BUILD)/$@"

# For daily work: not optimised, a third of the time of the build that is installed.
.PHONY: dev
dev: ## build programs and unit tests unoptimised in build/dev; TEST='*wwid*' runs the unit tests of that name
	@$(MAKE) --no-print-directory BUILD=build/dev OPTIMISE="-O0 -g1" LDFLAGS="$(if $(shell command -v mold),-fuse-ld=mold) $(LDFLAGS)" \
	   all build/dev/tests/unit
	$(if $(TEST),build/dev/tests/unit -tc='$(TEST)')

# --- packages that building and testing need ----------------------------------------------------------------------------------
.PHONY: deps deps-lab
deps: ## install the packages that building and unit tests need (apt; only what is missing)
	@tests/install-packages tests/packages
deps-lab: deps ## fetch what the lab needs: qemu, a kernel, packages of the guest
	@tests/install-packages tests/lab/packages.host
	@tests/lab/prepare

# On a bare machine, `make check` installs packages first. A second make then sees the compiler that the first one has
# installed.
.PHONY: check check-unit check-lab demo bench lab
# The scenarios of the lab that each change must pass; `make check-lab` runs all and takes longer.
CHECK_SCENARIOS := 00-lab-itself 10-maps 21-compat-command-line libsg device-mapper devmap-name
check: deps-lab ## run the tests: layers, unit, coverage, command line, udev rules, main scenarios of the lab; the last line counts them
	@$(MAKE) --no-print-directory all $(LAB_PROGRAMS)
	@$(MAKE) --no-print-directory coverage-programs
	@tests/check --build $(BUILD) layers coverage cli rules lab $(CHECK_SCENARIOS)
check-unit: deps ## run the tests that need no guest; TEST='*wwid*' runs only the unit tests of that name
	@$(MAKE) --no-print-directory all test-programs
	@$(if $(TEST),$(UNIT_PROGRAM) -tc='$(TEST)',tests/check --build $(BUILD) layers unit cli rules)
check-lab: deps-lab ## run all scenarios in the guest; SCENARIO="NAME..." runs some of them
	@$(MAKE) --no-print-directory all test-programs
	@tests/check --build $(BUILD) lab $(SCENARIO)
check-boot: deps-lab ## boot whole systems from multipathed disks (as root; takes long); KINDS="bookworm trixie dracut packaged", BOOTS=20
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) tests/boot/all $(KINDS)
.PHONY: check-boot test-programs
test-programs: $(UNIT_PROGRAM) $(LAB_PROGRAMS)
demo: deps-lab ## show the main job in a guest: make maps on a small SAN, lose a path, flush
	@$(MAKE) --no-print-directory all
	@tests/lab/demo
lab: deps-lab ## open a shell in the guest
	@$(MAKE) --no-print-directory all test-programs
	@tests/lab/run --shell
bench: deps-lab ## compare with the packaged tool in one guest, as ratios; measure captured hosts of up to 100,000 paths
	@tests/install-packages tests/packages.bench
	@$(MAKE) --no-print-directory all test-programs bench-programs
	@tests/bench/run
	@tests/bench/scale.sh $(BUILD)/multipath $(BUILD)/tests/bench_make_host
	@$(MAKE) --no-print-directory bench-hostile
# Ten times the input costs about ten times as much, hostile input included.
HOSTILE_PROGRAMS := $(filter $(BUILD)/tests/bench_hostile_%,$(BENCH_PROGRAMS))
.PHONY: bench-hostile
bench-hostile: deps ## time hostile inputs; fail if ten times the input costs much more than ten times as much
	@$(MAKE) --no-print-directory $(HOSTILE_PROGRAMS)
	@failed=; for program in $(HOSTILE_PROGRAMS); do $$program || failed="$$failed $${program##*/}"; done; [ -z "$$failed" ]
.PHONY: bench-programs
bench-programs: $(BENCH_PROGRAMS)

# --- variants: this file with another BUILD ------------------------------------------------------------
# Not optimised: this builds in a quarter of the time, and nothing is optimised away before the sanitisers see it. The
# warnings of flow analysis are off here: instrumented code causes false ones, and the plain build has them on.
SANITISE := -fno-omit-frame-pointer -fno-sanitize-recover=all -Wno-null-dereference -Wno-maybe-uninitialized
.PHONY: asan ubsan sanitised tsan coverage coverage-programs
asan ubsan: sanitised
sanitised: deps ## run the unit tests with AddressSanitizer and UndefinedBehaviorSanitizer (asan and ubsan are the same)
	@$(MAKE) --no-print-directory BUILD=build/sanitised OPTIMISE="-O0 -g1" HARDEN= HARDEN_LINK=-pie \
	   VARIANT_FLAGS="-fsanitize=address,undefined $(SANITISE)" build/sanitised/tests/unit
	build/sanitised/tests/unit
tsan: deps ## run the unit tests with ThreadSanitizer
	@$(MAKE) --no-print-directory BUILD=build/tsan OPTIMISE="-O0 -g1" HARDEN= HARDEN_LINK=-pie \
	   VARIANT_FLAGS="-fsanitize=thread $(SANITISE)" build/tsan/tests/unit
	build/tsan/tests/unit
coverage-programs:
	@tests/install-packages tests/packages.coverage
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/coverage OPTIMISE="-O0 -g1" HARDEN=-D_GLIBCXX_ASSERTIONS HARDEN_LINK=-pie \
	   VARIANT_FLAGS="--coverage" $(BUILD)/coverage/tests/unit
coverage: deps ## measure the coverage of the unit tests by room; fail below tests/coverage.floors
	@$(MAKE) --no-print-directory coverage-programs
	@tests/check --build $(BUILD) coverage

# --- fuzzing: libFuzzer of clang on each decoder -------------------------------------------------------------
FUZZ_CXX ?= clang++-19
FUZZ_SECONDS ?= 60
FUZZ_BUILD := build/fuzz
FUZZ_PROGRAMS := $(patsubst tests/fuzz/%.cpp,$(FUZZ_BUILD)/%,$(FUZZ_SOURCES))
FUZZ_LIBRARY := $(filter-out libsg/sg_io_transport.cpp,$(wildcard libsg/*.cpp multipath/model/*.cpp multipath/config/*.cpp multipath/wire/*.cpp)) \
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
fuzz: ## fuzz each decoder for FUZZ_SECONDS (60)
	@tests/install-packages tests/packages tests/packages.fuzz
	@$(MAKE) --no-print-directory fuzz-programs
	@tests/fuzz/run $(FUZZ_BUILD) $(FUZZ_SECONDS)

# --- layers, lint, format -----------------------------------------------------------------------------------
.PHONY: layers lint fmt
layers: ## fail if a file includes a room that its own room must not use
	@tests/install-packages tests/packages
	@$(MAKE) --no-print-directory all
	@tests/layers $(BUILD)
OWN_CODE = $(shell git ls-files --cached --others --exclude-standard '*.cpp' '*.h')
LINTED = $(SOURCES) $(DAEMON_SOURCES) $(MAIN_SOURCE) $(DAEMON_MAIN_SOURCE) $(DEVMAP_NAME_SOURCES)
# cppcheck takes a string_view of a temporary that lives until the end of the statement for a dangling one.
CPPCHECK_MISTAKES := $(addsuffix :multipath/model/number_text.h,--suppress=danglingTemporaryLifetime --suppress=invalidLifetime)
lint: ## verify the format, run clang-tidy and cppcheck
	@tests/install-packages tests/packages tests/packages.lint
	@echo "  FORMAT"; clang-format-19 --dry-run -Werror $(OWN_CODE)
	@$(MAKE) --no-print-directory $(BUILD)/include/version.h
	@printf '%s\n' $(LINTED) | xargs -P $$(nproc) -n 1 sh -c 'echo "  TIDY  $$1"; exec clang-tidy-19 --quiet --warnings-as-errors="*" \
	   --header-filter="(libsg|multipath|devmap_name)/" "$$1" -- -std=c++20 -I. -I$(BUILD)/include 2>&1' tidy
	@echo "  CPPCHECK"; cppcheck --quiet -j $$(nproc) --std=c++20 --language=c++ --enable=warning,performance,portability --inline-suppr \
	   --error-exitcode=1 --suppress=missingIncludeSystem $(CPPCHECK_MISTAKES) -I. $(LINTED)
fmt: ## format all C++ sources
	@tests/install-packages tests/packages.lint
	clang-format-19 -i $(OWN_CODE)

include udev/install.mk
include udev/packaging/packages.mk

.PHONY: clean help
clean: ## remove build/
	rm -rf build
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z_.-]+:.*## /{ sub(/:.*/, "", $$1); printf "  %-21s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
