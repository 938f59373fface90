# SPDX-License-Identifier: BSD-2-Clause
#
# Builds an actor anywhere, from C and assembly, against the SDK.  All that a
# program's own Makefile needs:
#
#     ACTOR = counter
#     SRCS  = main.c table.c
#     include $(REPRISE_SDK)/share/reprise/actor.mk
#
# `make` leaves counter.elf; `make run` needs the source tree of Reprise:
# there, `make run ACTORS=/path/to/counter.elf` takes it into the archive.
#
# MDEF = prj.mdef adds the objects of an MDEF file (mdef.py; needs Python 3).
#
# To change: CC, CFLAGS (-O2 -g -Wall), CPPFLAGS, LDFLAGS, LDLIBS (-lm is
# there), OBJDIR ($(ACTOR).o.d), V=1 to see the commands.

REPRISE_SDK ?= $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/../..)
ARCH        ?= $(notdir $(firstword $(wildcard $(REPRISE_SDK)/lib/*)))
CFLAGS      ?= -O2 -g -Wall
OBJDIR      ?= $(ACTOR).o.d
PYTHON      ?= python3

# Another processor's compiler has a prefix.
ifeq ($(origin CC),default)
CC := $(if $(filter $(ARCH),$(shell uname -m)),,$(ARCH)-linux-gnu-)gcc
endif

ACTOR_LIB := $(REPRISE_SDK)/lib/$(ARCH)
ACTOR_LD  := $(REPRISE_SDK)/share/reprise/actor.ld

# The distribution's compiler believes that it makes Linux programs.  It is
# told otherwise here, and is shown no header but the SDK's and its own.
ACTOR_CPPFLAGS := -U__linux__ -U__linux -Ulinux -U__gnu_linux__ -D__reprise__ \
	-nostdinc -I$(REPRISE_SDK)/include -isystem $(ACTOR_LIB)/include \
	-isystem $(shell $(CC) -print-file-name=include)

# The old books store NULL in a number here and there: a warning, no error.
ACTOR_CFLAGS := -std=gnu11 -fno-pic -fno-pie -fno-stack-protector \
	-fno-omit-frame-pointer -fno-asynchronous-unwind-tables \
	-ffunction-sections -fdata-sections -Wno-error=int-conversion
ifeq ($(ARCH),x86_64)
ACTOR_CFLAGS += -fcf-protection=none
endif
ifeq ($(ARCH),aarch64)
ACTOR_CFLAGS += -mno-outline-atomics
endif

ACTOR_LDFLAGS := -nostdlib -static -Wl,--gc-sections \
	-Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,max-page-size=4096 \
	-Wl,-z,norelro -Wl,-T,$(ACTOR_LD) -L$(ACTOR_LIB)

ACTOR_COMPILE = $(CC) $(ACTOR_CPPFLAGS) $(CPPFLAGS) $(ACTOR_CFLAGS) $(CFLAGS)

ifneq ($(ACTOR),)
ACTOR_OBJS := $(addprefix $(OBJDIR)/,$(addsuffix .o,$(notdir $(SRCS))))
ACTOR_Q    := $(if $(V),,@)

# The public objects of an MDEF file: one more source, and <sysgen.h>.
ifneq ($(MDEF),)
ACTOR_CPPFLAGS += -DREPRISE_MDEF -I$(OBJDIR)
ACTOR_OBJS += $(OBJDIR)/sysgen.o
$(ACTOR_OBJS): $(OBJDIR)/sysgen.h
$(OBJDIR)/sysgen.o: $(OBJDIR)/sysgen.c
	$(ACTOR_Q)$(ACTOR_COMPILE) -MMD -MP -c $< -o $@
$(OBJDIR)/sysgen.c: $(OBJDIR)/sysgen.h ;
$(OBJDIR)/sysgen.h: $(MDEF) $(REPRISE_SDK)/share/reprise/mdef.py
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' MDEF $<
	$(ACTOR_Q)$(PYTHON) $(REPRISE_SDK)/share/reprise/mdef.py $< \
	    $(OBJDIR)/sysgen
endif

.DEFAULT_GOAL := $(ACTOR).elf

vpath %.c $(sort $(dir $(SRCS)))
vpath %.S $(sort $(dir $(SRCS)))

$(OBJDIR)/%.o: %
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $(<F)
	$(ACTOR_Q)$(ACTOR_COMPILE) -MMD -MP -c $< -o $@

$(ACTOR).elf: $(ACTOR_OBJS) $(ACTOR_LIB)/libreprise.a $(ACTOR_LIB)/crt0.o \
	    $(ACTOR_LD)
	@printf '  %-8s %s\n' ACTOR $@
	$(ACTOR_Q)$(CC) $(ACTOR_LDFLAGS) $(LDFLAGS) $(ACTOR_LIB)/crt0.o \
	    $(ACTOR_OBJS) -Wl,--start-group -lreprise -lc -lm $(LDLIBS) -lgcc \
	    -Wl,--end-group -o $@

clean::
	rm -rf $(OBJDIR) $(ACTOR).elf

-include $(ACTOR_OBJS:.o=.d)
endif
