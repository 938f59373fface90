# SPDX-License-Identifier: BSD-2-Clause
#
# Builds, boots and tests Reprise; `make help` lists what can be asked for.
# Actors are built as a program outside this tree is: by actor.mk, against
# the SDK that is put together first.

## Variables, with their defaults:
##   ARCH=x86_64     the processor
##   O=build         folder for everything that is made
##   V=1             print the commands
##   BOOT=kernel     kernel: QEMU loads it; bios, uefi: from the ISO as a CD;
##                   usb, usb-uefi: from the ISO as a USB stick
##   MEM=256M        memory of the machine
##   CPU=max         QEMU's model of the processor
##   CMDLINE=        the kernel's command line
##   ACTORS=         more actors for the archive: "a.elf b.elf"
##   SYSADM=         what init runs at the start: user/init/sysadm.ini
##   QEMUFLAGS=      more flags for QEMU
##   DEV=            what flash writes to: /dev/sdX
##   IMAGE=          what flash writes: the ISO
##   FLASHFLAGS=     what else flash may do: tools/flash --help
##   T=              tests to run: a path, or path::name
ARCH   ?= x86_64
O      ?= build
BOOT   ?= kernel
MEM    ?= 256M
CPU    ?= max
SYSADM ?= $(wildcard user/init/sysadm.ini)
PYTHON ?= /usr/bin/python3
T      ?= tests
CC     := $(if $(filter default,$(origin CC)),gcc,$(CC))

ARCHES := x86_64
$(if $(filter $(ARCH),$(ARCHES)),,$(error ARCH=$(ARCH): known: $(ARCHES)))

# The drivers of each processor's machines; variation is a choice of files.
DRIVERS_x86_64 := uart16550 apic apic_timer pc_power

.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
.DEFAULT_GOAL := all
MAKEFLAGS += --no-print-directory
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif
Q   := $(if $(V),,@)
say  = @$(if $(V),:,printf '  %-8s %s\n' $(1) $(2))

# The same sources give the same bytes: one date, and no paths of this machine.
VERSION := $(or $(shell git describe --always --dirty 2>/dev/null),unreleased)
EPOCH := $(or $(shell git log -1 --format=%ct 2>/dev/null),1577836800)
export SOURCE_DATE_EPOCH ?= $(EPOCH)
export LC_ALL := C

B   := $(O)/$(ARCH)
K   := $(B)/kernel
SDK := $(B)/sdk

# $(call keep,FILE,TEXT) is a recipe that touches FILE only if TEXT is new.
keep = @mkdir -p $(@D); echo '$(2)' | cmp -s - $(1) || echo '$(2)' >$(1)

all: kernel actors archive ## Build the kernel, the actors and their archive

# ---- Set-up: a stamp for each set of packages -------------------------------

$(O)/setup/%: tools/setup
	@tools/setup need $* && mkdir -p $(@D) && touch $@

TOOLS := $(O)/setup/run

# ---- Kernel -----------------------------------------------------------------

KCFLAGS_x86_64 := -mno-red-zone -mcmodel=kernel -mgeneral-regs-only \
	-fcf-protection=none

KCFLAGS := -std=gnu11 -O2 -g -ffreestanding -fno-pic -fno-pie \
	-fno-stack-protector -fno-omit-frame-pointer -fno-strict-aliasing \
	-Wa,--fatal-warnings \
	-Wall -Wextra -Werror -Wmissing-prototypes -Wstrict-prototypes -Wvla \
	-ffile-prefix-map=$(CURDIR)=. -I. -Iarch/$(ARCH) $(KCFLAGS_$(ARCH))

KLDFLAGS := -nostdlib -static -z max-page-size=4096 -z noexecstack \
	--build-id=none --no-warn-rwx-segments

KSRCS := $(sort $(wildcard boot/*.c boot/$(ARCH)/*.[cS] kernel/*.c mm/*.c \
	arch/$(ARCH)/*.[cS] $(DRIVERS_$(ARCH):%=drivers/%.c)))
KOBJS := $(KSRCS:%=$(K)/%.o)

KERNEL := $(if $(wildcard linker.ld),$(B)/kernel.elf)

kernel: $(KERNEL) ## Build the kernel

$(K)/flags: FORCE
	$(call keep,$@,$(CC) $(KCFLAGS))
$(K)/version: FORCE
	$(call keep,$@,$(VERSION))

$(K)/kernel/main.c.o: KCFLAGS += -DREPRISE_VERSION='"$(VERSION)"'
$(K)/kernel/main.c.o: $(K)/version

$(KOBJS): $(K)/%.o: % $(K)/flags | $(TOOLS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(KCFLAGS) -MMD -MP -c $< -o $@

$(K)/linker.ld: linker.ld $(K)/flags | $(TOOLS)
	$(Q)$(CC) -std=c11 -E -P -x c -MMD -MT $@ -I. -Iarch/$(ARCH) $< -o $@

# Twice: the second pass has the symbols of the first, at the same addresses.
$(K)/symbols.0.S: tools/symbols.py | $(TOOLS)
	$(Q)mkdir -p $(@D) && $(PYTHON) tools/symbols.py empty >$@
$(K)/symbols.1.S: $(K)/kernel.0.elf tools/symbols.py
	$(Q)$(PYTHON) tools/symbols.py table $< >$@
$(K)/symbols.%.o: $(K)/symbols.%.S
	$(Q)$(CC) -c $< -o $@

$(K)/kernel.%.elf: $(K)/linker.ld $(KOBJS) $(K)/symbols.%.o
	$(Q)$(LD) $(KLDFLAGS) -T $^ -o $@

$(B)/kernel.elf: $(K)/kernel.0.elf $(K)/kernel.1.elf tools/check_image.py
	$(call say,LINK,$@)
	$(Q)$(PYTHON) tools/symbols.py check $(K)/kernel.0.elf $(K)/kernel.1.elf
	$(Q)$(PYTHON) tools/check_image.py $(K)/kernel.1.elf
	$(Q)cp $(K)/kernel.1.elf $@

# ---- C library, headers, and what else an actor is built with ---------------

NEWLIB := $(O)/newlib/$(ARCH)

$(NEWLIB)/lib/libc.a: tools/newlib | $(TOOLS)
	@tools/newlib $(ARCH) $(NEWLIB) gcc

STRICT := -O2 -g -Wall -Wextra -Werror -Wmissing-prototypes \
	-Wstrict-prototypes -Wvla -ffile-prefix-map=$(CURDIR)=.

make_sdk = $(MAKE) -f user/lib/sdk.mk SDK=$(1) WORK=$(B)/sdk.work \
	NEWLIB=$(NEWLIB) ARCH=$(ARCH) CC="$(CC)" CFLAGS="$(STRICT)"

$(SDK)/stamp: $(shell find user/include user/lib -type f) kernel/abi.h \
	    kernel/syscall.def tools/mdef.py $(NEWLIB)/lib/libc.a
	$(call say,SDK,$(SDK))
	+$(Q)$(call make_sdk,$(SDK)) && touch $@

RELEASE := reprise-sdk-$(VERSION)-$(ARCH)

sdk: $(SDK)/stamp ## Pack headers, libraries and rules for programs elsewhere
	@rm -rf $(O)/sdk && mkdir -p $(O)/sdk
	+$(Q)$(call make_sdk,$(O)/sdk/$(RELEASE))
	$(Q)tar -C $(O)/sdk --sort=name --owner=0 --group=0 --numeric-owner \
	    --mtime=@$(SOURCE_DATE_EPOCH) --mode=go=rX \
	    -cf - $(RELEASE) | gzip -n >$(O)/sdk/$(RELEASE).tar.gz
	$(call say,SDK,$(O)/sdk/$(RELEASE).tar.gz)

# ---- Actors and their archive -----------------------------------------------

# user/supervisor and user/init, and each file or folder of user/examples.
BUILTIN := $(sort $(patsubst user/%/,%,$(dir $(wildcard user/init/*.c \
	    user/supervisor/*.c))) \
	$(patsubst user/examples/%.c,%,$(wildcard user/examples/*.c)) \
	$(patsubst user/examples/%/,%,$(dir $(wildcard user/examples/*/*.c))))
ELFS     := $(BUILTIN:%=$(B)/actors/%.elf)
actor_sources = $(wildcard user/$(1)/*.c user/examples/$(1).c \
	user/examples/$(1)/*.c)

actors: $(ELFS) ## Build the actors

$(ELFS): $(B)/actors/%.elf: FORCE $(SDK)/stamp
	$(Q)$(MAKE) -s -f $(SDK)/share/reprise/actor.mk REPRISE_SDK=$(SDK) \
	    ARCH=$(ARCH) ACTOR=$(@:.elf=) SRCS="$(call actor_sources,$*)" \
	    MDEF="$(wildcard user/examples/$*/*.mdef)" \
	    CC="$(CC)" CFLAGS="$(STRICT)"

archive: $(B)/archive.cpio ## Build the archive of actors

# An actor goes in under its base name, without what only a debugger needs.
PACKED   := $(foreach elf,$(ELFS) $(ACTORS),\
	$(B)/packed/$(notdir $(elf:.elf=)))
vpath %.elf $(sort $(dir $(ELFS) $(ACTORS)))
$(PACKED): $(B)/packed/%: %.elf
	@mkdir -p $(@D)
	$(Q)objcopy --strip-debug $< $@

CONTENTS := $(foreach file,$(PACKED),$(notdir $(file))=$(file)) \
	$(SYSADM:%=sysadm.ini=%)
$(B)/archive.list: FORCE
	$(call keep,$@,$(CONTENTS))
$(B)/archive.cpio: $(PACKED) $(SYSADM) $(B)/archive.list \
	    tools/mkarchive.py | $(TOOLS)
	$(call say,ARCHIVE,$@)
	$(Q)$(PYTHON) tools/mkarchive.py $@ $(CONTENTS)

# ---- Boot media, running and testing ----------------------------------------

iso: $(B)/reprise.iso ## Build the ISO: BIOS, UEFI, CD, USB stick
image: iso ## The same, under the name reprise.img, for a USB stick
	$(Q)cp $(B)/reprise.iso $(B)/reprise.img

$(B)/cmdline: FORCE
	$(call keep,$@,$(CMDLINE))
$(B)/reprise.iso: $(B)/kernel.elf $(B)/archive.cpio $(B)/cmdline \
	    tools/mkiso | $(O)/setup/iso
	$(call say,ISO,$@)
	$(Q)tools/mkiso $@ $(B)/kernel.elf $(B)/archive.cpio "$(CMDLINE)"

IMAGE ?= $(B)/reprise.iso
flash: $(filter $(B)/reprise.iso,$(IMAGE)) | $(TOOLS)
flash: ## Write the image to a USB stick or card, and compare: DEV=/dev/sdX
	@$(PYTHON) tools/flash $(FLASHFLAGS) -- "$(DEV)" "$(IMAGE)"

RUN = $(PYTHON) tools/run.py --arch $(ARCH) --build $(B) --boot $(BOOT) \
	--memory $(MEM) --cpu $(CPU) --cmdline="$(CMDLINE)" \
	--flags="$(QEMUFLAGS)"

run: all $(if $(filter-out kernel,$(BOOT)),iso) ## Boot in this terminal
	@$(RUN)

debug: all $(if $(filter-out kernel,$(BOOT)),iso) | $(O)/setup/debug
debug: ## Boot, and wait for gdb before the first instruction
	@$(RUN) --debug

include tests/host/host.mk

# The set-up comes first, and then all else at once.
test: $(O)/setup/test ## Run every test
	+@$(MAKE) run-tests
run-tests: all sdk $(if $(KERNEL),iso) $(HOST_TESTS:%=$(HOST_OUT)/%)
	@ARCH=$(ARCH) O=$(abspath $(O)) $(PYTHON) -m pytest -q \
	    --junitxml=$(O)/results.xml $(T)

tidy: | $(O)/setup/test ## Check the house rules only
	@$(PYTHON) -m pytest -q tests/tidy

# ---- Small services ---------------------------------------------------------

size: all ## Sizes of the kernel and the actors
	@size $(wildcard $(B)/kernel.elf) $(ELFS)
doctor: ## List the packages that are needed, and the missing ones
	@tools/setup doctor
clean: ## Remove what was made, except the C library
	rm -rf $(filter-out $(O)/newlib,$(wildcard $(O)/*))
distclean: ## Remove everything that was made
	rm -rf $(O)
help: ## Print this
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t20
	@sed -n 's/^## \{0,1\}//p' Makefile

FORCE:
.PHONY: FORCE all kernel actors archive sdk iso image flash run debug test \
	tidy run-tests size doctor clean distclean help
-include $(KOBJS:.o=.d) $(K)/linker.d
