# SPDX-License-Identifier: BSD-2-Clause
#
# Builds, boots and tests Reprise; `make help` lists what can be asked for.
# Actors are built as a program outside this tree is: by actor.mk, against
# the SDK that is put together first.

## Variables, with their defaults:
##   ARCH=x86_64     the processor: x86_64, aarch64
##   BOARD=pc        the machine: pc; virt (QEMU's), rpi3
##   O=build         folder for everything that is made
##   V=1             print the commands
##   BOOT=kernel     kernel: QEMU loads it; bios, uefi: from the ISO as a CD;
##                   usb, usb-uefi: from the ISO as a USB stick; uboot
##                   (virt, rpi3): U-Boot, from a disk or card
##   UBOOT=          another u-boot.bin than the distribution's
##   MEM=256M        memory of the machine (rpi3 has 1 GiB)
##   MACHINE=        properties of QEMU's machine: gic-version=3,...
##   CPU=max         QEMU's model of the processor
##   CMDLINE=        the kernel's command line
##   ACTORS=         more actors for the archive: "a.elf b.elf"; one of the
##                   name of one of ours takes its place
##   FIRMWARE=       folder of the Raspberry Pi's firmware, for sdcard
##   SYSADM=         what init runs at the start: user/init/sysadm.ini
##   QEMUFLAGS=      more flags for QEMU
##   DEV=            what flash writes to: /dev/sdX
##   IMAGE=          what flash writes: the ISO
##   FLASHFLAGS=     what else flash may do: tools/flash --help
##   T=              tests to run: a path, or path::name; of campaign: a name
ARCH   ?= x86_64
O      ?= build
BOOT   ?= kernel
MEM    ?= 256M
CPU    ?= max
SYSADM ?= $(wildcard user/init/sysadm.ini)
PYTHON ?= /usr/bin/python3
T      ?= tests

# $(call known,VARIABLE,WORDS,FOR WHAT): the variable is one of the words.
# $(call there,VARIABLE): all the files that it names are there.
known = $(if $(and $(filter 1,$(words $($(1)))),$(filter $($(1)),$(2))),,\
	$(error $(1)=$($(1)):$(3) it is one of: $(2)))
there = $(foreach file,$(filter-out $(wildcard $($(1))),$($(1))),\
	$(error $(1): $(file): no such file))

ARCHES := x86_64 aarch64
$(call known,ARCH,$(ARCHES))
$(call there,ACTORS)
$(call there,SYSADM)
$(call there,UBOOT)
$(call there,FIRMWARE)

# The machines of each processor; the first is the default.
BOARDS_x86_64  := pc
BOARDS_aarch64 := virt rpi3
BOARDS := $(BOARDS_$(ARCH))
BOARD  ?= $(firstword $(BOARDS))
$(call known,BOARD,$(BOARDS), for ARCH=$(ARCH))

# The ways to boot each.
BOOTS_pc   := kernel bios uefi usb usb-uefi
BOOTS_virt := kernel uboot
BOOTS_rpi3 := kernel uboot
$(call known,BOOT,$(BOOTS_$(BOARD)), for BOARD=$(BOARD))

# The drivers of each machine; variation is a choice of files.
DRIVERS_pc   := uart16550 apic timer apic_timer pc_power tco_watchdog hpet_bark
DRIVERS_virt := pl011 gic gic_v2 gic_v3 timer arm_timer psci semihosting \
	no_watchdog arm_bark
DRIVERS_rpi3 := pl011 bcm2836 timer arm_timer bcm2835_power semihosting \
	no_watchdog arm_bark

# What a loader takes, where it does not take an ELF file.
BINARY_virt := Image
BINARY_rpi3 := kernel8.img

# Another processor's programs have a prefix.
MACHINE_HERE := $(shell uname -m)
CROSS_x86_64  := x86_64-linux-gnu-
CROSS_aarch64 := aarch64-linux-gnu-
CROSS_COMPILE ?= $(if $(filter $(ARCH),$(MACHINE_HERE)),,$(CROSS_$(ARCH)))
tool = $(if $(filter default undefined,$(origin $(1))),\
	$(CROSS_COMPILE)$(2),$($(1)))
CC      := $(strip $(call tool,CC,gcc))
LD      := $(strip $(call tool,LD,ld))
OBJCOPY := $(strip $(call tool,OBJCOPY,objcopy))

.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
.DEFAULT_GOAL := all
MAKEFLAGS += --no-print-directory
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif
Q   := $(if $(filter-out 0,$(V)),,@)
say  = @$(if $(Q),printf '  %-8s %s\n' $(1) $(2),:)

# The same sources give the same bytes: one date, and no paths of this machine.
VERSION := $(or $(shell git describe --always --dirty 2>/dev/null),unreleased)
EPOCH := $(or $(shell git log -1 --format=%ct 2>/dev/null),1577836800)
export SOURCE_DATE_EPOCH ?= $(EPOCH)
export LC_ALL := C

# One folder a processor: actors and SDK are the same on all its machines.
# The kernel of the default machine lies there, too, the others' in their own.
B   := $(O)/$(ARCH)
M   := $(B)$(if $(filter $(BOARD),$(firstword $(BOARDS))),,/$(BOARD))
K   := $(M)/kernel
SDK := $(B)/sdk

# $(call keep,FILE,TEXT) is a recipe that touches FILE only if TEXT is new.
keep = @mkdir -p $(@D); echo '$(2)' | cmp -s - $(1) || echo '$(2)' >$(1)

all: kernel actors archive ## Build the kernel, the actors and their archive

# ---- Set-up: a stamp for each set of packages -------------------------------

$(O)/setup/%: tools/setup
	@tools/setup need $* && mkdir -p $(@D) && touch $@

TOOLS := $(O)/setup/run $(if $(filter aarch64,$(ARCH)),$(O)/setup/arm)

# ---- Kernel -----------------------------------------------------------------

KCFLAGS_x86_64 := -mno-red-zone -mcmodel=kernel -mgeneral-regs-only \
	-fcf-protection=none
KCFLAGS_aarch64 := -mgeneral-regs-only -mno-outline-atomics -ffixed-x18

KINCLUDES := -I. -Iarch/$(ARCH) -Iboot/$(ARCH)/$(BOARD)

# Fast, but not at any size: what only pads is not worth its bytes.  (clang does
# not know all of it.)
KSMALL := -fno-align-functions -fno-align-loops -fno-align-jumps \
	-fno-align-labels \
	-Wno-ignored-optimization-argument

KCFLAGS := -std=gnu11 -Os -g -ffreestanding -fno-pic -fno-pie \
	-fno-stack-protector -fno-omit-frame-pointer -fno-strict-aliasing \
	$(KSMALL) \
	-Wa,--fatal-warnings \
	-Wall -Wextra -Werror -Wmissing-prototypes -Wstrict-prototypes -Wvla \
	-ffile-prefix-map=$(CURDIR)=. $(KINCLUDES) $(KCFLAGS_$(ARCH))

KLDFLAGS := -nostdlib -static -z max-page-size=4096 -z noexecstack \
	--build-id=none --no-warn-rwx-segments

KSRCS := $(sort $(wildcard boot/*.c boot/$(ARCH)/*.[cS] \
	boot/$(ARCH)/$(BOARD)/*.c kernel/*.c mm/*.c arch/$(ARCH)/*.[cS] \
	$(DRIVERS_$(BOARD):%=drivers/%.c)))
KOBJS := $(KSRCS:%=$(K)/%.o)

KERNEL := $(if $(wildcard linker.ld),$(M)/kernel.elf)
BINARY := $(BINARY_$(BOARD):%=$(M)/%)

kernel: $(KERNEL) $(BINARY) ## Build the kernel

$(K)/flags: FORCE
	$(call keep,$@,$(CC) $(KCFLAGS) $(KFAST) $(FAST))
$(K)/version: FORCE
	$(call keep,$@,$(VERSION))

$(K)/kernel/main.c.o: KCFLAGS += -DREPRISE_VERSION='"$(VERSION)"'
$(K)/kernel/main.c.o: $(K)/version

# What restarts, switches and blocks wait for is fast, though not at any size;
# all else is small.  (clang does not know all of that, either.)
KFAST := -O2 -fno-inline-functions $(if $(findstring clang,$(CC)),,\
	-freorder-blocks-algorithm=simple -fno-split-paths)
FAST := arch/% drivers/timer.c drivers/apic_timer.c drivers/arm_timer.c \
	$(addprefix kernel/,actor.c aftermath.c args.c avl.c census.c \
	crashlog.c fault.c klog.c life.c notice.c relaunch.c \
	sched.c string.c symbols.c sync.c sys_pmm.c sys_sync.c \
	sys_thread.c syscall.c text.c thread.c time.c trap.c) \
	$(addprefix mm/,aspace.c aspace_active.c aspace_block.c \
	aspace_bytes.c aspace_copy.c aspace_quota.c bank.c bank_chain.c \
	bank_key.c bank_name.c bank_owner.c bank_slot.c \
	bank_taken.c frame.c kspace.c pmm.c pmm_holding.c ptab.c quota.c \
	region.c spare.c stock.c ucopy.c)
$(patsubst %,$(K)/%.o,$(filter $(FAST),$(filter %.c,$(KSRCS)))): \
	KCFLAGS += $(KFAST)

$(KOBJS): $(K)/%.o: % $(K)/flags | $(TOOLS)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(KCFLAGS) -MMD -MP -c $< -o $@

$(K)/linker.ld: linker.ld $(K)/flags | $(TOOLS)
	$(Q)$(CC) -std=c11 -E -P -x c -MMD -MT $@ $(KINCLUDES) $< -o $@

# Twice: the second pass has the symbols of the first, at the same addresses.
$(K)/symbols.0.S: tools/symbols.py | $(TOOLS)
	$(Q)mkdir -p $(@D) && $(PYTHON) tools/symbols.py empty >$@
$(K)/symbols.1.S: $(K)/kernel.0.elf tools/symbols.py
	$(Q)$(PYTHON) tools/symbols.py table $< >$@
$(K)/symbols.%.o: $(K)/symbols.%.S
	$(Q)$(CC) -c $< -o $@

$(K)/kernel.%.elf: $(K)/linker.ld $(KOBJS) $(K)/symbols.%.o
	$(Q)$(LD) $(KLDFLAGS) -T $^ -o $@

$(M)/kernel.elf: $(K)/kernel.0.elf $(K)/kernel.1.elf tools/check_image.py
	$(call say,LINK,$@)
	$(Q)$(PYTHON) tools/symbols.py check $(K)/kernel.0.elf $(K)/kernel.1.elf
	$(Q)$(PYTHON) tools/check_image.py $(K)/kernel.1.elf
	$(Q)cp $(K)/kernel.1.elf $@

$(BINARY): $(M)/kernel.elf
	$(Q)$(OBJCOPY) -O binary $< $@

# ---- C library, headers, and what else an actor is built with ---------------

NEWLIB := $(O)/newlib/$(ARCH)

$(NEWLIB)/lib/libc.a: tools/newlib | $(TOOLS)
	@tools/newlib $(ARCH) $(NEWLIB) $(CROSS_COMPILE)gcc $(CROSS_COMPILE)

STRICT := -O2 -g -Wall -Wextra -Werror -Wmissing-prototypes \
	-Wstrict-prototypes -Wvla -ffile-prefix-map=$(CURDIR)=.

make_sdk = $(MAKE) -f user/lib/sdk.mk SDK=$(1) WORK=$(B)/sdk.work \
	NEWLIB=$(NEWLIB) ARCH=$(ARCH) CC="$(CC)" AR=$(CROSS_COMPILE)ar \
	CFLAGS="$(STRICT)"

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

# An actor goes in under its base name, without what only a debugger needs; one
# that is given in place of ours, if one of ours has the same name.
name_of   = $(basename $(notdir $(1)))
GIVEN    := $(foreach actor,$(ACTORS),$(B)/given/$(call name_of,$(actor)))
$(if $(filter-out $(words $(sort $(GIVEN))),$(words $(GIVEN))),\
	$(error ACTORS: two have the same name: $(ACTORS)))

OURS     := $(filter-out $(call name_of,$(ACTORS)),$(BUILTIN))
PACKED   := $(OURS:%=$(B)/packed/%)
$(PACKED): $(B)/packed/%: $(B)/actors/%.elf
	@mkdir -p $(@D)
	$(Q)$(OBJCOPY) --strip-debug $< $@

# Packed anew each time: who knows which file it was the last time.
$(foreach actor,$(ACTORS),\
	$(eval $(B)/given/$(call name_of,$(actor)): $(actor) FORCE))
$(GIVEN):
	@mkdir -p $(@D)
	$(Q)$(OBJCOPY) --strip-debug $< $@ || \
	    { echo "ACTORS: $<: not a program for ARCH=$(ARCH)" >&2; false; }

CONTENTS := $(foreach file,$(PACKED) $(GIVEN),$(notdir $(file))=$(file)) \
	$(SYSADM:%=sysadm.ini=%)
$(B)/archive.list: FORCE
	$(call keep,$@,$(CONTENTS))
$(B)/archive.cpio: $(PACKED) $(GIVEN) $(SYSADM) $(B)/archive.list \
	    tools/mkarchive.py | $(TOOLS)
	$(call say,ARCHIVE,$@)
	$(Q)$(PYTHON) tools/mkarchive.py $@ $(CONTENTS)

# ---- Boot media, running and testing ----------------------------------------

iso: $(if $(filter pc,$(BOARD)),$(B)/reprise.iso,iso-of-what)
iso: ## Build the ISO: BIOS, UEFI, CD, USB stick
iso-of-what:
	@echo "An ISO is for a PC: make iso ARCH=x86_64" >&2
	@false
image: iso ## The same, under the name reprise.img, for a USB stick
	$(Q)cp $(B)/reprise.iso $(B)/reprise.img

$(B)/cmdline: FORCE
	$(call keep,$@,$(CMDLINE))
$(B)/reprise.iso: $(B)/kernel.elf $(B)/archive.cpio $(B)/cmdline \
	    tools/mkiso | $(O)/setup/iso
	$(call say,ISO,$@)
	$(Q)tools/mkiso $@ $(B)/kernel.elf $(B)/archive.cpio "$(CMDLINE)"

IMAGE ?= $(B)/reprise.iso
flash: $(if $(filter $(B)/reprise.iso,$(IMAGE)),iso) | $(TOOLS)
flash: ## Write the image to a USB stick or card, and compare: DEV=/dev/sdX
	@$(PYTHON) tools/flash $(FLASHFLAGS) -- "$(DEV)" "$(IMAGE)"

# The tree for a machine of QEMU's that brings none of its own.
TREE := $(patsubst boot/$(ARCH)/$(BOARD)/%.dts,$(M)/%.dtb,\
	$(wildcard boot/$(ARCH)/$(BOARD)/*.dts))
$(TREE): $(M)/%.dtb: boot/$(ARCH)/$(BOARD)/%.dts | $(TOOLS)
	@mkdir -p $(@D)
	$(Q)dtc -q -I dts -O dtb -o $@ $<

# What the machine boots from, besides what `all` makes.
MEDIUM_kernel   := $(TREE)
MEDIUM_bios     := iso
MEDIUM_uefi     := iso
MEDIUM_usb      := iso
MEDIUM_usb-uefi := iso
DISK_virt       := uboot.img
DISK_rpi3       := sdcard.img
DISK            := $(DISK_$(BOARD):%=$(M)/%)
MEDIUM_uboot    := $(DISK) $(TREE)

# What the firmware of a board wants on its card besides.
CARD := $(wildcard boot/$(ARCH)/$(BOARD)/*.txt $(FIRMWARE:%=%/*))

$(M)/cmdline.disk: FORCE
	$(call keep,$@,$(CMDLINE))
$(DISK): $(BINARY) $(B)/archive.cpio $(M)/cmdline.disk $(CARD) \
	    tools/mkuboot tools/mkcard | $(O)/setup/uboot
	$(call say,DISK,$@)
	$(Q)tools/mkuboot $@ $(BINARY) $(B)/archive.cpio "$(CMDLINE)" $(CARD)

sdcard: $(if $(filter rpi3,$(BOARD)),$(DISK),sdcard-of-what)
sdcard: ## Make the image of a card (BOARD=rpi3)
sdcard-of-what:
	@echo "A card is for a board: make sdcard ARCH=aarch64 BOARD=rpi3" >&2
	@false

RUN = $(PYTHON) tools/run.py --board $(BOARD) --build $(M) \
	--archive $(B)/archive.cpio --boot $(BOOT) --machine "$(MACHINE)" \
	--memory "$(MEM)" --cpu "$(CPU)" --cmdline="$(CMDLINE)" \
	--flags="$(QEMUFLAGS)" $(UBOOT:%=--uboot %)

run: all $(MEDIUM_$(BOOT)) ## Boot in this terminal
	@$(RUN)

# DEVICE=/dev/ttyUSB0 listens there instead.
monitor: all $(MEDIUM_$(BOOT))
monitor: ## Boot, and show the source of addresses; Ctrl-] quits
	@$(PYTHON) tools/monitor.py --kernel $(KERNEL) --actors $(B)/actors \
	    $(if $(DEVICE),--device $(DEVICE),-- $(RUN))

debug: all $(MEDIUM_$(BOOT)) | $(O)/setup/debug$(ARCH:x86_64=)
debug: ## Boot, and wait for gdb before the first instruction
	@$(RUN) --debug

include tests/host/host.mk
include tests/fuzz/fuzz.mk

# The set-up comes first, and then all else at once.  Without ARCH= both
# processors are tested, the second one only where that makes a difference.
TESTED := $(if $(filter file,$(origin ARCH)),$(ARCHES),$(ARCH))
FIRST  := $(firstword $(TESTED))

test: $(O)/setup/test ## Run every test, for both processors
	+@$(foreach arch,$(TESTED),$(MAKE) ARCH=$(arch) all &&) true
	+@$(foreach arch,$(TESTED),$(MAKE) ARCH=$(arch) run-tests \
	    ONLY=$(if $(filter $(FIRST),$(arch)),,machines) &&) true

run-tests: | $(if $(filter virt,$(BOARD)),$(O)/setup/uboot)
run-tests: all sdk boards bench-actors $(if $(filter pc,$(BOARD)),iso) \
	    $(HOST_TESTS:%=$(HOST_OUT)/%) $(HOST_PLUGIN) \
	    $(FUZZERS:%=$(FUZZ_OUT)/%)
	@ARCH=$(ARCH) O=$(abspath $(O)) ONLY=$(ONLY) $(PYTHON) -m pytest -q \
	    --junitxml=$(O)/results$(ONLY:%=-$(ARCH)).xml $(T)

# The kernels of the processor's other machines.
boards: all
	+@$(foreach board,$(filter-out $(BOARD),$(BOARDS)),\
	    $(MAKE) BOARD=$(board) kernel tree &&) true
tree: $(TREE)

# The long form of one campaign; see tests/suite/campaigns.
N ?= 1000
CAMPAIGNS := $(patsubst tests/suite/campaigns/test_%.py,%,\
	$(wildcard tests/suite/campaigns/test_*.py))
CAMPAIGN := tests/suite/campaigns/test_$(T).py
number = $(if $(shell echo '$($(1))' | grep -x '[0-9]*[1-9][0-9]*'),,\
	$(error $(1)=$($(1)): not a number from 1 on))
ifneq ($(filter campaign,$(MAKECMDGOALS)),)
$(call known,T,$(CAMPAIGNS), for a campaign)
$(call number,N)
$(if $(SEED),$(call number,SEED))
endif
campaign: all sdk $(if $(filter calls outside,$(T)),fuzzers)
campaign: $(if $(filter points,$(T)),$(HOST_PLUGIN))
campaign: $(if $(filter cut flips,$(T)),$(HOST_FAST:%=$(HOST_OUT)/fast/%))
campaign: | $(O)/setup/test
campaign: ## Do harm at random: T=deaths N=1000 SEED=1
	@ARCH=$(ARCH) O=$(abspath $(O)) CAMPAIGN=$(N) SEED=$(SEED) \
	    $(PYTHON) -m pytest -qs $(CAMPAIGN)

include tests/bench/bench.mk

tidy: | $(O)/setup/test ## Check the house rules only
	@$(PYTHON) -m pytest -q tests/tidy

# ---- Small services ---------------------------------------------------------

doctor: ## List the packages that are needed, and the missing ones
	@tools/setup doctor
# Nothing but what is known to be made: O= may be any folder.
MADE := $(wildcard $(addprefix $(O)/,$(ARCHES) setup sdk host fuzz suite \
	bench campaigns clang results*.xml))
clean: ## Remove what was made, except the C library
	rm -rf $(MADE)
distclean: ## Remove everything that was made
	rm -rf $(MADE) $(O)/newlib
	@rmdir $(O) 2>/dev/null || true
help: ## Print this
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile \
	    tests/bench/bench.mk | expand -t24
	@sed -n 's/^## \{0,1\}//p' Makefile

FORCE:
.PHONY: monitor campaign
.PHONY: FORCE all kernel actors archive sdk iso image flash run debug test \
	tidy run-tests boards tree sdcard sdcard-of-what iso-of-what size \
	doctor clean distclean help
-include $(KOBJS:.o=.d) $(K)/linker.d
