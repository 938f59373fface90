# SPDX-License-Identifier: BSD-2-Clause
#
# Builds an example: make, or make ACTOR=counter.  Copy it for a program of
# your own.

REPRISE_SDK ?= ..
ACTOR ?= hello
SRCS  ?= $(ACTOR).c
include $(REPRISE_SDK)/share/reprise/actor.mk
