# SPDX-License-Identifier: BSD-2-Clause
#
# Measurements; tests/bench/README.md.  Part of the top Makefile.

BENCH := tests/bench
BENCH_OUT := $(B)/bench

# The programs that measure, built as any outside actor is.
BENCH_COMMON := $(BENCH)/actors/bench.c
BENCH_SRCS_life := $(BENCH)/actors/life.c $(BENCH_COMMON)
BENCH_SRCS_probe := $(BENCH)/actors/probe.c $(wildcard user/supervisor/*.c)
BENCH_SRCS_bench := $(filter-out $(BENCH_SRCS_life) $(BENCH_SRCS_probe),\
	$(sort $(wildcard $(BENCH)/actors/*.c))) $(BENCH_COMMON)
BENCH_ELFS := $(BENCH_OUT)/bench.elf $(BENCH_OUT)/life.elf \
	$(BENCH_OUT)/probe.elf

# The supervisor as it is, and a look at when it runs.
BENCH_LDFLAGS_probe := -Wl,--wrap=main,--wrap=hrWait

$(BENCH_ELFS): $(BENCH_OUT)/%.elf: FORCE $(SDK)/stamp
	$(Q)$(MAKE) -s -f $(SDK)/share/reprise/actor.mk REPRISE_SDK=$(SDK) \
	    ARCH=$(ARCH) ACTOR=$(@:.elf=) SRCS="$(BENCH_SRCS_$*)" \
	    CC="$(CC)" CFLAGS="$(STRICT)" LDFLAGS="$(BENCH_LDFLAGS_$*)"

bench-actors: all $(BENCH_ELFS)

BENCH_RUN = O=$(abspath $(O)) $(PYTHON) $(BENCH)/bench.py

# One after the other: they build the same SDK's headers.
bench: | $(O)/setup/bench
	+@$(foreach arch,$(TESTED),$(MAKE) ARCH=$(arch) bench-actors &&) true
	@$(BENCH_RUN) run $(TESTED)
bench: ## Measure, and write build/bench/report.html

bench-linux: | $(O)/setup/run $(O)/setup/arm
	@$(BENCH_RUN) linux $(TESTED)
bench-linux: ## The same work on the distribution's Linux, for the report
