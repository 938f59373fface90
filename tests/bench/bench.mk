# SPDX-License-Identifier: BSD-2-Clause
#
# Measurements; tests/bench/README.md.  Part of the top Makefile.

BENCH := tests/bench
BENCH_OUT := $(B)/bench

# The programs that measure, built as any outside actor is.
BENCH_COMMON := $(BENCH)/actors/bench.c
BENCH_SRCS_life := $(BENCH)/actors/life.c $(BENCH_COMMON)
BENCH_SRCS_probe := $(BENCH)/actors/probe.c $(wildcard user/supervisor/*.c)
BENCH_SRCS_idle := $(BENCH)/actors/idle.c
BENCH_SRCS_bench := $(filter-out $(BENCH_SRCS_life) $(BENCH_SRCS_probe) \
	$(BENCH_SRCS_idle),\
	$(sort $(wildcard $(BENCH)/actors/*.c))) $(BENCH_COMMON)
BENCH_ELFS := $(BENCH_OUT)/bench.elf $(BENCH_OUT)/life.elf \
	$(BENCH_OUT)/probe.elf $(BENCH_OUT)/idle.elf

# The same with so many KiB of data, which a restart puts back.
BENCH_SIZES := 4 16 64 256 1024
BENCH_ELFS += $(BENCH_SIZES:%=$(BENCH_OUT)/life%.elf)
$(foreach size,$(BENCH_SIZES),\
	$(eval BENCH_SRCS_life$(size) := $(BENCH_SRCS_life)) \
	$(eval BENCH_CPPFLAGS_life$(size) := -DLIFE_DATA_KIB=$(size)))

# The supervisor as it is, and a look at when it runs.
BENCH_LDFLAGS_probe := -Wl,--wrap=main,--wrap=hrWait

$(BENCH_ELFS): $(BENCH_OUT)/%.elf: FORCE $(SDK)/stamp
	$(Q)$(MAKE) -s -f $(SDK)/share/reprise/actor.mk REPRISE_SDK=$(SDK) \
	    ARCH=$(ARCH) ACTOR=$(@:.elf=) SRCS="$(BENCH_SRCS_$*)" \
	    CPPFLAGS="$(BENCH_CPPFLAGS_$*)" \
	    CC="$(CC)" CFLAGS="$(STRICT)" LDFLAGS="$(BENCH_LDFLAGS_$*)"

# What objects take in the kernel's tables.
$(BENCH_OUT)/sizes.o: $(BENCH)/sizes.c $(K)/flags $(KERNEL) | $(TOOLS)
	@mkdir -p $(@D)
	$(Q)$(CC) $(KCFLAGS) -c $< -o $@

bench-actors: all $(BENCH_ELFS) $(BENCH_OUT)/sizes.o

# $(call bench,COMMAND) for all processors; one after the other, for they build
# the same SDK's headers.
bench = $(foreach arch,$(TESTED),$(MAKE) ARCH=$(arch) bench-actors &&) \
	O=$(abspath $(O)) $(PYTHON) $(BENCH)/bench.py

bench: | $(O)/setup/bench ## Measure, and write build/bench/report.html
	+@$(bench) run $(TESTED)
bench-scale: ## Costs against numbers of other objects, for the report
	+@$(bench) scale $(TESTED)
bench-linux: | $(foreach set,arm linux uboot bench,$(O)/setup/$(set))
bench-linux: ## The same work on the distribution's Linux, for the report
	+@$(bench) linux $(TESTED)
bench-check: ## Compare with the committed baseline, as make test does
	+@$(bench) check $(TESTED)
bench-baseline: ## Make what is measured now the baseline
	+@$(bench) baseline $(TESTED)
bench-report: ## Write the report again, from what has been measured
	+@$(bench) report $(TESTED)
size: ## Sizes of the kernel and its objects, and what has changed
	+@$(bench) size $(TESTED)

.PHONY: bench bench-actors bench-scale bench-linux bench-check bench-baseline \
	bench-report size
