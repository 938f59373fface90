# SPDX-License-Identifier: BSD-2-Clause
#
# Host tests of the programs in user/.  A test in tests/unit tells the files
# that it tests, and so becomes a program:
#
#     /* sources: user/init/parse.c */
#
# They see the public headers, and run under the same sanitizers as the
# kernel's (host.mk).

HOST_CC  ?= gcc
HOST_OUT ?= $(O)/host

USER_TESTS := $(basename $(notdir $(shell \
	grep -ls '^/\* sources:' tests/unit/*.c)))
HOST_TESTS += $(USER_TESTS)

USER_CFLAGS := -std=gnu11 -g -O2 -Wall -Wextra -Werror -MMD -MP \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer -I. -Iuser/include

user_sources = tests/unit/$(1).c $(shell \
	sed -n 's,^/\* sources:\(.*\)\*/,\1,p' tests/unit/$(1).c)

$(HOST_OUT)/user/%.o: %.c tests/host/user.mk
	@mkdir -p $(@D)
	@echo "  HOSTCC  $<"
	@$(HOST_CC) $(USER_CFLAGS) -c -o $@ $<

define USER_PROGRAM
$(HOST_OUT)/$(1): $(patsubst %.c,$(HOST_OUT)/user/%.o,$(call user_sources,$(1)))
	@$(HOST_CC) $(USER_CFLAGS) -o $$@ $$^ -lcmocka
endef
$(foreach test,$(USER_TESTS),$(eval $(call USER_PROGRAM,$(test))))

-include $(shell find $(HOST_OUT)/user -name '*.d' 2>/dev/null)
