/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Every limit and tunable of the kernel, each with its reason.  Names in
 * quotes are set on the kernel's command line as name=value (sizes take the
 * suffixes K and M).  Memory for as many actors, threads and regions as there
 * may be is set aside at the start (totals.c): who asks for one more gets an
 * error code.
 */
#ifndef KERNEL_CONFIG_H
#define KERNEL_CONFIG_H

/* Actors ("kern.exec.maxActorNumber"): one for so many bytes of RAM; the books'
 * default at least.  Whoever wants more of smaller ones may have one for each
 * of so many bytes at least, or no more than the supervisor's registry takes.
 * With fewer than the least there is no use in a site. */
#define ACTOR_RAM 0x100000ull
#define ACTOR_RAM_LEAST 0x10000ull
#define ACTORS_DEFAULT 64
#define ACTORS_MIN 12
#define ACTORS_MAX 1024

/* About five threads for each actor, as in the books
 * ("kern.exec.maxThreadNumber"). */
#define THREADS_PER_ACTOR 5

/* Descriptors of regions for each actor ("kern.mem.maxRegionNumber"); most have
 * ten, and some have what these leave. */
#define REGIONS_PER_ACTOR 64

/* Neither takes more than this part of the RAM, whatever is asked for. */
#define TOTALS_SHARE 16

/* Ends that are kept for who may ask with awaits(): two for each actor
 * (totals.c); for one parent so many. */
#define PROMISES_PER_ACTOR_MAX 64

/* Regions that each actor is promised, so that it always can be started: an
 * image's segments, the stack and its two guards, a heap, and four more. */
#define REGIONS_PROMISED (IMAGE_SEGMENTS_MAX + 8)

/* Frames that are promised besides those of image and stack: for the first
 * pages of a heap, and for tables that lead to blocks. */
#define FRAMES_PROMISED 16

/* Loadable segments of one image: text, read-only data, data + BSS, and one
 * to spare. */
#define IMAGE_SEGMENTS_MAX 4

/* Stack of an actor's main thread: the books' dflUsrStackSize. */
#define USER_STACK_SIZE_BYTES 0x4000

/* The kernel's only stack: no path is deep, a panic prints from it too. */
#define KERNEL_STACK_SIZE_BYTES 0x4000

/* What a user actor may have ("actor.maxMemory", "actor.maxRegions",
 * "actor.maxThreads", "actor.maxBlocks", "actor.maxBank"), so that one leaves
 * something to the others: half of the memory, three quarters of the bank, of
 * descriptors an eighth, and no more threads than a program can need. */
#define SHARE_MEMORY(total) ((total) / 2)
#define SHARE_BANK(total) ((total) - (total) / 4)
#define SHARE_REGIONS(total) ((total) / 8)
#define SHARE_THREADS(total) ((total) / 5)

/* What all user actors together leave to trusted ones ("site.reserve" for the
 * memory): a debugger, a supervisor that needs its block again. */
#define RESERVE_MEMORY(total) ((total) / 64)
#define RESERVE_BANK(total) ((total) / 16)
#define RESERVE_REGIONS 64
#define RESERVE_THREADS 16
#define RESERVE_ACTORS 8

/* Members that a user actor's group may start by itself
 * ("actor.maxChildren"): each has limits of its own. */
#define CHILDREN_MAX 8

/* Pages that are zeroed when nobody wants the processor: what the restart of a
 * group of eight takes; and how many without looking whether somebody does,
 * which lasts as long as one restart. */
#define SPARE_PAGES 48
#define SPARE_PAGES_AT_ONCE 8

/* Priorities: 0 is served first, as in ChorusOS.  User actors have those
 * behind init: it is through init that one gets hold of a busy actor. */
#define PRIORITY_COUNT 256
#define PRIORITY_SUPERVISOR 10
#define PRIORITY_INIT 20
#define PRIORITY_DEFAULT 140

/* Threads of one priority take turns of this length. */
#define SCHED_QUANTUM_NS 10000000ull

/* Bytes of kernel messages kept for dmesg and the last words. */
#define KLOG_SIZE_BYTES 16384

/* Typed-ahead console input. */
#define CONSOLE_INPUT_BYTES 256

/* Output that waits to be put in words: the reports of a group that fails. */
#define CONSOLE_OUTPUT_BYTES 16384

/* Words on their way to the line: a fault report. */
#define CONSOLE_LINE_BYTES 4096

/* The console's longest single write; longer ones return a short count, and
 * sooner when the line is behind. */
#define CONSOLE_WRITE_BYTES_MAX 4096

/* "pmm.rambankSize", "pmm.maxBlocks": the books' defaults.  How many blocks
 * the directory has room for is chosen by the bank's size when it is
 * formatted, up to BANK_CAPACITY_MAX, so that the layout of a bank never
 * depends on a tunable. */
#define PMM_BANK_SIZE_DEFAULT 0x100000ull
#define PMM_BLOCKS_DEFAULT 30
#define BANK_CAPACITY_MAX 32768

/* Largest bank: the window for it in every actor (mm/aspace.h). */
#define PMM_BANK_SIZE_MAX 0x40000000ull

/* Loop breaker ("site.maxRestarts"): so many warm restarts in a row, none of
 * which stayed up for SITE_STABLE_NS, end in a reset of the machine; so many
 * resets in a row end in a stop. */
#define SITE_RESTARTS_MAX 5
#define SITE_RESETS_MAX 3
#define SITE_BARE_RESTARTS_MAX 3 /* of the former, without a word */
#define SITE_STABLE_NS 10000000000ull

/* A boot actor (supervisor, init) that dies more often than that
 * ("site.maxBootDeaths"), each time within SITE_STABLE_NS of its start, takes
 * the site down with it: a panic, and so a warm restart. */
#define BOOT_ACTOR_RESTARTS_MAX 5

/* A group that is restarted on credit runs for so long before the supervisor
 * hears of it. */
#define NOTICE_DELAY_NS 1000000ull

/* The last crashes that the kernel can tell of: those of several groups at
 * once, until the supervisor has filed them. */
#define CRASHES_MAX 64

/* The supervisor must answer within this time of its own, time in which others
 * ran aside.  A turn takes it less than a millisecond. */
#define SUPERVISOR_SILENT_MS 5000

/* The machine's watchdog ("site.watchdog", in seconds): off unless somebody
 * asks for it, since only he knows how long his firmware takes to start. */
#define SITE_WATCHDOG_S 0

/* Periods of a heartbeat (hrHeartbeat()): no shorter than some turns of the
 * scheduler, and a day. */
#define HEARTBEAT_MS_MIN 20
#define HEARTBEAT_MS_MAX 86400000

/* RAM that one look at its retention goes through: a few milliseconds. */
#define RETENTION_LOOK_BYTES 0x100000ull

/* A word of 64 bits of which more are flipped is not the one that was filled:
 * RAM that decays slowly stays below, and of a word that somebody has written
 * half the bits are wrong. */
#define RETENTION_FLIPPED_MAX 8

/* RAM ranges that a loader may hand over. */
#define BOOT_RANGES_MAX 64
#define BOOT_COMMAND_LINE_MAX 512
#define BOOT_CRASHES_MAX 8 /* more than a millisecond has room for */
#define BOOT_LIVES_MAX 64 /* that began in it, likewise */

/* Return addresses in a panic or fault report. */
#define BACKTRACE_MAX 16

#endif
