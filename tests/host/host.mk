# SPDX-License-Identifier: BSD-2-Clause
#
# The tests that run on the host: the real C files of the kernel on the fake
# machine of tests/host/arch, and parts of programs, under the address and
# undefined behaviour sanitizers.  Part of the top Makefile; also works alone:
#
#     make -f tests/host/host.mk -j2 host-tests
#
# Each tests/unit/test_*.c and tests/cut/cut_*.c is a program.  Lines in it
# say what else it is made of:
#
#     /* sources: $(HOST_MACHINE) $(HOST_BANK) mm/pmm.c */
#
# and which functions it stands in for, between two files (ld's --wrap):
#
#     /* wraps: bank_find_name */
#
# host-tests writes build/host/NAME.xml (JUnit) for each, and does not run a
# program again until something that it is made of has changed.

O ?= build
HOST_CC ?= gcc
HOST_OUT := $(O)/host

HOST_CFLAGS := -std=gnu11 -g -O2 -Wall -Wextra -Werror \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer \
	-I. -Itests/host -Itests/host/arch -Itests/cut -Iuser/include

HOST_MACHINE := tests/host/arch/fake.c tests/host/arch/cache.c \
	tests/host/test.c kernel/text.c kernel/avl.c
HOST_BANK := tests/host/kspace_host.c $(sort $(wildcard mm/bank*.c))
HOST_PMM := $(sort $(wildcard mm/pmm*.c))
HOST_SPACES := tests/host/memory.c mm/frame.c mm/ptab.c mm/quota.c \
	mm/region.c mm/stock.c mm/aspace.c mm/aspace_active.c \
	mm/aspace_block.c mm/aspace_bytes.c mm/aspace_quota.c mm/spare.c
HOST_CUT := tests/cut/oracle.c tests/cut/crash.c tests/cut/world.c
HOST_EXPLORE := $(HOST_CUT) tests/cut/explore.c

HOST_MAINS := $(sort $(wildcard tests/unit/test_*.c tests/cut/cut_*.c))
HOST_TESTS := $(basename $(notdir $(HOST_MAINS)))

.PHONY: host-tests host-clean
host-tests: $(HOST_TESTS:%=$(HOST_OUT)/%.passed)

host-clean:
	rm -rf $(HOST_OUT)

$(HOST_OUT)/obj/%.o: %.c tests/host/host.mk
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOST_CC) $(HOST_CFLAGS) -MMD -MP -c -o $@ $<

host_sources = $(1) $(shell sed -n 's,^/\* sources: \(.*\) \*/$$,\1,p' $(1))
host_wraps = $(addprefix -Xlinker --wrap=,\
	$(shell sed -n 's,^/\* wraps: \(.*\) \*/$$,\1,p' $(1)))

define HOST_PROGRAM
$(HOST_OUT)/$(basename $(notdir $(1))): \
		$(patsubst %.c,$(HOST_OUT)/obj/%.o,$(2))
	@printf '  %-8s %s\n' HOSTLD $$@
	@$(HOST_CC) $(HOST_CFLAGS) $(3) -o $$@ $$(filter %.o,$$^) -lcmocka
endef
define HOST_RULE
$$(eval $$(call HOST_PROGRAM,$(1),$(call host_sources,$(1)),\
	$(call host_wraps,$(1))))
endef
$(foreach main,$(HOST_MAINS),$(eval $(call HOST_RULE,$(main))))

# The same programs without the sanitizers, for campaigns.
HOST_FAST := cut_sequences cut_flips
define HOST_FAST_PROGRAM
$(HOST_OUT)/fast/$(basename $(notdir $(1))): $(2) $(HOST_HEADERS)
	@mkdir -p $$(@D)
	@printf '  %-8s %s\n' HOSTCC $$@
	@$(HOST_CC) $(filter-out -fsanitize=% -fno-sanitize-recover=%,\
	    $(HOST_CFLAGS)) -o $$@ $$(filter %.c,$$^) -lcmocka
endef
define HOST_FAST_RULE
$$(eval $$(call HOST_FAST_PROGRAM,$(1),$(call host_sources,$(1))))
endef
HOST_HEADERS := $(wildcard tests/cut/*.h tests/host/*.h tests/host/arch/*.h \
	mm/*.h kernel/*.h)
$(foreach name,$(HOST_FAST),$(eval $(call HOST_FAST_RULE,\
	tests/cut/$(name).c)))

# A plugin for QEMU: the stores to the bank, one by one.
HOST_PLUGIN := $(HOST_OUT)/stores.so
$(HOST_PLUGIN): tests/suite/campaigns/stores.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTLD $@
	@$(HOST_CC) -std=gnu11 -O2 -g -Wall -Wextra -Werror -fPIC -shared \
	    -o $@ $<

# cmocka writes the XML; the last line is for people.
HOST_SUMMARY := s/.*tests="\([0-9]*\)" failures="\([0-9]*\)".*/\1 passed,
HOST_SUMMARY += \2 failed/p

$(HOST_OUT)/%.passed: $(HOST_OUT)/%
	@rm -f $@ $(HOST_OUT)/$*.xml
	@CMOCKA_MESSAGE_OUTPUT=xml CMOCKA_XML_FILE=$(HOST_OUT)/$*.xml $< || \
	    { cat $(HOST_OUT)/$*.xml; echo "$*: FAILED"; false; }
	@printf '%s: ' $* && sed -n '$(HOST_SUMMARY)' $(HOST_OUT)/$*.xml
	@touch $@

-include $(shell find $(HOST_OUT)/obj -name '*.d' 2>/dev/null)
