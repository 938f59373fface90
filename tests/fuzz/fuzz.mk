# SPDX-License-Identifier: BSD-2-Clause
#
# The fuzzers that run on the host.  Part of the top Makefile; works alone:
#
#     make -f tests/fuzz/fuzz.mk -j2 fuzzers
#
# Each tests/fuzz/fuzz_*.c is a target of libFuzzer; lines in it say what else
# it is made of, as in tests/host/host.mk, and which calls the linker is to
# lead to a __wrap_ of the test's:
#
#     /* sources: $(FUZZ_KERNEL) mm/pmm.c */
#     /* wrap: frame_allocate */
#
# What is under test is built to be watched by libFuzzer, the rest is not.
# build/fuzz/long_calls is fuzz_calls without libFuzzer: fast, for volume;
# build/fuzz/cover_NAME counts lines and branches (tests/fuzz/cover.py).

O ?= build
FUZZ_CC := clang
FUZZ_OUT := $(O)/fuzz

FUZZ_CFLAGS := -std=gnu11 -g -O2 -Wall -Wextra -Werror \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer \
	-I. -Itests/host -Itests/host/arch -Itests/fuzz -Iuser/include

# A function of the kernel's has the name of one of the C library's that the
# sanitizers call when they look for leaks.
FUZZ_CFLAGS += -Dsched_yield=kernel_sched_yield

FUZZ_WATCH := -fsanitize=fuzzer-no-link
FUZZ_COVER := -fprofile-instr-generate -fcoverage-mapping

# The portable kernel, all but what starts and ends it.
FUZZ_KERNEL := $(filter-out kernel/main.c kernel/start.c kernel/panic.c \
	kernel/planted.c kernel/string.c,$(sort $(wildcard kernel/*.c))) \
	boot/boot_info.c
FUZZ_MM := $(filter-out mm/kspace.c,$(sort $(wildcard mm/*.c)))
FUZZ_FAKE := tests/host/arch/fake.c tests/host/arch/cache.c \
	tests/host/kspace_host.c

FUZZ_MAINS := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZERS := $(basename $(notdir $(FUZZ_MAINS)))

.PHONY: fuzzers
fuzzers: $(FUZZERS:%=$(FUZZ_OUT)/%) $(FUZZ_OUT)/long_calls

# The fake machine has the other processor's loader.
FUZZ_PC := -include arch/x86_64/arch_layout.h \
	-include arch/x86_64/arch_platform.h
$(FUZZ_OUT)/%/boot/x86_64/handoff.o: FUZZ_CFLAGS := $(FUZZ_PC) $(FUZZ_CFLAGS)

fuzz_watched = $(if $(filter tests/%,$(1)),,$(FUZZ_WATCH))

$(FUZZ_OUT)/watch/%.o: %.c tests/fuzz/fuzz.mk
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' FUZZCC $<
	@$(FUZZ_CC) $(FUZZ_CFLAGS) $(call fuzz_watched,$<) -MMD -MP -c -o $@ $<
$(FUZZ_OUT)/plain/%.o: %.c tests/fuzz/fuzz.mk
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' FUZZCC $<
	@$(FUZZ_CC) $(FUZZ_CFLAGS) -MMD -MP -c -o $@ $<
$(FUZZ_OUT)/cover/%.o: %.c tests/fuzz/fuzz.mk
	@mkdir -p $(@D)
	@$(FUZZ_CC) $(FUZZ_CFLAGS) $(if $(filter tests/%,$<),,$(FUZZ_COVER)) \
	    -MMD -MP -c -o $@ $<

fuzz_line = $(shell sed -n 's,^/\* $(1): \(.*\) \*/$$,\1,p' $(2))
comma := ,
fuzz_name = $(basename $(notdir $(1)))
fuzz_sources = $(1) $(call fuzz_line,sources,$(1))

define FUZZ_PROGRAM
$(FUZZ_OUT)/%$(patsubst fuzz_%,%,$(call fuzz_name,$(1))): \
		fuzz_wrap = $(3:%=-Wl$$(comma)--wrap=%)
$(FUZZ_OUT)/$(call fuzz_name,$(1)): $(patsubst %.c,$(FUZZ_OUT)/watch/%.o,$(2))
	@printf '  %-8s %s\n' FUZZLD $$@
	@$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer $$(fuzz_wrap) -o $$@ \
	    $$(filter %.o,$$^)
$(FUZZ_OUT)/$(subst fuzz_,long_,$(call fuzz_name,$(1))): \
		$(patsubst %.c,$(FUZZ_OUT)/plain/%.o,$(2) tests/fuzz/long.c)
	@printf '  %-8s %s\n' FUZZLD $$@
	@$(FUZZ_CC) $(FUZZ_CFLAGS) $$(fuzz_wrap) -o $$@ $$(filter %.o,$$^)
$(FUZZ_OUT)/$(subst fuzz_,cover_,$(call fuzz_name,$(1))): \
		$(patsubst %.c,$(FUZZ_OUT)/cover/%.o,$(2) tests/fuzz/long.c)
	@$(FUZZ_CC) $(FUZZ_CFLAGS) $(FUZZ_COVER) $$(fuzz_wrap) -o $$@ \
	    $$(filter %.o,$$^)
endef
define FUZZ_RULE
$$(eval $$(call FUZZ_PROGRAM,$(1),$(call fuzz_sources,$(1)),\
	$(call fuzz_line,wrap,$(1))))
endef
$(foreach main,$(FUZZ_MAINS),$(eval $(call FUZZ_RULE,$(main))))

-include $(shell find $(FUZZ_OUT) -name '*.d' 2>/dev/null)
