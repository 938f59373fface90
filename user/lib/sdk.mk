# SPDX-License-Identifier: BSD-2-Clause
#
# Puts the SDK together in the folder $(SDK): headers, libraries, actor.mk.
# The top Makefile runs this; the library is compiled with actor.mk's flags,
# as the programs are that use it.
#
#     make -f user/lib/sdk.mk SDK=... WORK=... NEWLIB=... ARCH=... CC=...
#         CFLAGS=...

REPRISE_SDK := $(SDK)
include user/lib/actor.mk

LIB  := $(SDK)/lib/$(ARCH)
SRCS := $(wildcard user/lib/*.c user/lib/microkernel/*.c \
	user/lib/$(ARCH)/*.S)
OBJS := $(patsubst user/lib/%,$(WORK)/%.o,$(SRCS))
CRT0 := $(WORK)/$(ARCH)/crt0.S.o

HEADERS  := $(patsubst user/include/%,%,\
	$(shell find user/include -name '*.h' | sort))
EXAMPLES := $(sort $(wildcard user/examples/*.[ch]))

all: headers $(LIB)/libreprise.a $(LIB)/crt0.o share

# What was here of an earlier tree and is no more goes.
$(shell rm -f $(filter-out $(HEADERS:%=$(SDK)/include/%) \
	$(SDK)/include/kernel/abi.h,$(shell find $(SDK)/include -type f \
	2>/dev/null)))

# install -C leaves a file alone that has not changed, so its users need not
# be built again.
headers: $(HEADERS:%=$(SDK)/include/%) $(SDK)/include/kernel/abi.h \
	$(LIB)/include/stdio.h
$(SDK)/include/%.h: user/include/%.h
	@install -C -D -m 644 $< $@
$(SDK)/include/kernel/abi.h: kernel/abi.h
	@install -C -D -m 644 $< $@
$(LIB)/include/stdio.h: $(NEWLIB)/lib/libc.a
	@mkdir -p $(LIB)
	@cp -r $(NEWLIB)/include $(LIB) && cp $(NEWLIB)/lib/*.a $(LIB)
	@touch $@

share:
	@install -C -D -m 644 -t $(SDK)/share/reprise user/lib/actor.mk \
	    user/lib/actor.ld tools/mdef.py
	@install -C -D -m 644 -t $(SDK) LICENSE \
	    $(NEWLIB)/COPYING.NEWLIB
	@install -C -D -m 644 user/lib/SDK.md $(SDK)/README.md
	@install -C -D -m 644 user/lib/example.mk $(SDK)/examples/Makefile
	@$(if $(EXAMPLES),install -C -D -m 644 -t $(SDK)/examples $(EXAMPLES))

$(WORK)/%.o: user/lib/% | headers
	@mkdir -p $(@D)
	$(if $(V),,@)$(ACTOR_COMPILE) -I. -MMD -MP -c $< -o $@

$(LIB)/libreprise.a: $(filter-out $(CRT0),$(OBJS))
	@mkdir -p $(@D) && rm -f $@
	@$(AR) rcsD $@ $^
$(LIB)/crt0.o: $(CRT0)
	@install -C -D -m 644 $< $@

.PHONY: all headers share
-include $(OBJS:.o=.d)
