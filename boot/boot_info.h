/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The neutral hand-over: what boot/<arch>/handoff.c learnt from the loader,
 * in the words of no loader.  It lies in memory that no start clears, under a
 * checksum, so that a warm restart finds it without asking a firmware again.
 */
#ifndef BOOT_BOOT_INFO_H
#define BOOT_BOOT_INFO_H

#include "arch_platform.h" /* struct boot_platform: arch/<arch>/ */
#include "kernel/abi.h"
#include "kernel/config.h"
#include "mm/types.h"

enum boot_cause {
    BOOT_COLD, /* through the machine's reset and a loader */
    BOOT_WARM, /* in place: the kernel re-entered its own image */
};

/* Usable RAM; everything that is not listed is left alone. */
struct boot_range {
    paddr_t start;
    uint64_t size;
};

/* How many lives an actor has had before, and who it is (kernel/untold.c). */
struct boot_lives {
    uint32_t who;
    unsigned restarts;
};

/* What the last kernel knew and nobody had written down: not believed, but
 * told on. */
struct boot_untold {
    unsigned crash_count, lives_count;
    KnCrash crashes[BOOT_CRASHES_MAX];
    struct boot_lives lives[BOOT_LIVES_MAX];
};

struct boot_info {
    uint64_t magic; /* BOOT_INFO_MAGIC */
    enum boot_cause cause;
    bool image_restored;      /* warm: the image was damaged, and put right */
    unsigned warm_count;      /* warm restarts since the loader ran */
    unsigned warm_in_a_row;   /* ... since the site was last stable */
    uint64_t restart_counter; /* timer_counter() when it began */
    char restart_reason[128]; /* why the last of them happened, or "" */
    char loader[64];
    char machine[32];
    char command_line[BOOT_COMMAND_LINE_MAX];
    paddr_t archive;
    uint64_t archive_size; /* 0: the loader gave none */
    struct boot_range tables; /* the loader's, that it writes at each reset */
    struct boot_range bank;   /* set aside by the machine's owner; size 0: no */
    uint64_t image_hash;   /* of the kernel's image as it was loaded */
    unsigned range_count;
    struct boot_range ranges[BOOT_RANGES_MAX];
    struct boot_platform platform;
    struct boot_untold untold;
    uint64_t check; /* hash of all the above */

    /* Not under the hash: who counts here can compute none any more. */
    unsigned bare_restarts; /* warm ones without a word, in a row */
    bool bare;              /* the last one was such */
};

#define BOOT_INFO_MAGIC 0x316f666e69746f62ull /* "botinfo1" */

/* The one record; boot/boot_info.c. */
extern struct boot_info boot_info;

/* Recomputes the checksum after a change.  Before one, ask boot_info_valid():
 * what is damaged must not get a checksum that fits. */
void boot_info_seal(void);

/* After a loader's start: seals the record, and keeps a copy of it out of the
 * kernel's reach. */
void boot_info_keep(void);

/* After a warm restart: makes the record whole by that copy if it is damaged.
 * False: both are. */
bool boot_info_recover(void);

/* Says whether the record is whole: magic and checksum. */
bool boot_info_valid(void);

/* start.S calls it first: fills boot_info, or finds it whole after a warm
 * restart.  Stops the machine when neither can be had. */
void handoff(uint64_t magic, uint64_t table);

#endif
