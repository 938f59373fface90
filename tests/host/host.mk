# SPDX-License-Identifier: BSD-2-Clause
#
# The tests that run on the host: the real C files of mm/ (and more later) on
# the fake machine of tests/host/arch, under the address and undefined
# behaviour sanitizers.  Part of the top Makefile; also works alone:
#
#     make -f tests/host/host.mk host-tests
#
# Each program writes $(O)/host/NAME.xml (JUnit) and is not run again until
# something that it is made of changes.

O ?= build
HOST_CC ?= gcc
HOST_OUT := $(O)/host

HOST_CFLAGS := -std=gnu11 -g -O2 -Wall -Wextra -Werror -MMD -MP \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer -I. -Itests/host -Itests/host/arch

# Until the real mm/aspace.h is there.
ifeq ($(wildcard mm/aspace.h),)
HOST_CFLAGS += -Itests/host/stub
endif

HOST_MACHINE := tests/host/arch/fake.c tests/host/arch/cache.c \
	tests/host/test.c kernel/text.c
HOST_BANK := tests/host/kspace_host.c $(wildcard mm/bank*.c)
HOST_CUT := tests/cut/oracle.c tests/cut/crash.c

# One program a name, with the sources that it tests and needs.
HOST_TESTS := test_bank test_bank_open test_words test_pmm
test_bank_SOURCES := tests/unit/test_bank.c $(HOST_BANK)
test_bank_open_SOURCES := tests/unit/test_bank_open.c $(HOST_BANK)
test_words_SOURCES := tests/unit/test_words.c $(HOST_BANK)
test_pmm_SOURCES := tests/unit/test_pmm.c mm/pmm.c \
	tests/host/aspace_fake.c $(HOST_BANK)

HOST_TESTS += cut_changes cut_open cut_flips
cut_changes_SOURCES := tests/cut/cut_changes.c $(HOST_CUT) $(HOST_BANK)
cut_open_SOURCES := tests/cut/cut_open.c $(HOST_CUT) $(HOST_BANK)
cut_flips_SOURCES := tests/cut/cut_flips.c $(HOST_CUT) $(HOST_BANK)

HOST_MM := tests/host/memory.c tests/host/kspace_host.c mm/frame.c mm/ptab.c \
	mm/region.c mm/aspace.c mm/ucopy.c

HOST_TESTS += test_frame test_ptab test_region test_aspace
test_frame_SOURCES := tests/unit/test_frame.c $(HOST_MM)
test_ptab_SOURCES := tests/unit/test_ptab.c $(HOST_MM)
test_region_SOURCES := tests/unit/test_region.c mm/region.c
test_aspace_SOURCES := tests/unit/test_aspace.c $(HOST_MM)

HOST_TESTS += test_archive test_cmdline
test_archive_SOURCES := tests/unit/test_archive.c boot/archive.c
test_cmdline_SOURCES := tests/unit/test_cmdline.c kernel/cmdline.c \
	kernel/format.c boot/boot_info.c

.PHONY: host-tests host-clean
host-tests: $(HOST_TESTS:%=$(HOST_OUT)/%.passed)

host-clean:
	rm -rf $(HOST_OUT)

host_objects = $(patsubst %.c,$(HOST_OUT)/obj/%.o,$(1))

$(HOST_OUT)/obj/%.o: %.c tests/host/host.mk
	@mkdir -p $(@D)
	@echo "  HOSTCC  $@"
	@$(HOST_CC) $(HOST_CFLAGS) -c -o $@ $<

define HOST_PROGRAM
$(HOST_OUT)/$(1): $(call host_objects,$($(1)_SOURCES) $(HOST_MACHINE))
	@echo "  HOSTLD  $$@"
	@$(HOST_CC) $(HOST_CFLAGS) -o $$@ $$^ -lcmocka
endef
$(foreach test,$(HOST_TESTS),$(eval $(call HOST_PROGRAM,$(test))))

# cmocka writes the XML; the last line is for people.
$(HOST_OUT)/%.passed: $(HOST_OUT)/%
	@rm -f $@ $(HOST_OUT)/$*.xml
	@CMOCKA_MESSAGE_OUTPUT=xml CMOCKA_XML_FILE=$(HOST_OUT)/$*.xml ./$< || \
		{ cat $(HOST_OUT)/$*.xml; echo "$*: FAILED"; false; }
	@sed -n 's/.*tests="\([0-9]*\)" failures="\([0-9]*\)".*/$*: \1 passed, \2 failed/p' \
		$(HOST_OUT)/$*.xml
	@touch $@

-include $(shell find $(HOST_OUT)/obj -name '*.d' 2>/dev/null)
