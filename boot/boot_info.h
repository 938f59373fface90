/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The neutral hand-over: what boot/<arch>/handoff.c learnt from the loader,
 * in the words of no loader.  It lies in memory that no start clears, under a
 * checksum, so that a warm restart finds it without asking a firmware again.
 */
#ifndef BOOT_BOOT_INFO_H
#define BOOT_BOOT_INFO_H

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

/* What a driver must know of the machine and only the loader can say. */
struct boot_platform {
    uint64_t acpi_rsdp;       /* physical address, 0: none found */
    uint64_t timer_hz;        /* measured once, kept over warm restarts */
    uint64_t clock_hz;        /* likewise */
};

struct boot_info {
    uint64_t magic; /* BOOT_INFO_MAGIC */
    enum boot_cause cause;
    unsigned warm_in_a_row;  /* warm restarts since the site was last stable */
    unsigned warm_count;     /* warm restarts since the loader ran */
    char restart_reason[128]; /* why the last warm restart happened, or "" */
    char loader[64];
    char machine[32];
    char command_line[BOOT_COMMAND_LINE_MAX];
    paddr_t archive;
    uint64_t archive_size; /* 0: the loader gave none */
    uint64_t archive_hash; /* of its bytes when it was first checked */
    unsigned range_count;
    struct boot_range ranges[BOOT_RANGES_MAX];
    struct boot_platform platform;
    uint64_t check; /* hash of all the above; last member */
};

#define BOOT_INFO_MAGIC 0x316f666e69746f62ull /* "botinfo1" */

/* The one record; boot/boot_info.c. */
extern struct boot_info boot_info;

/* Recomputes the checksum after a change. */
void boot_info_seal(void);

/* Says whether the record is whole: magic and checksum. */
bool boot_info_valid(void);

#endif
