/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The fake machine under the host tests: its RAM, its one processor and a
 * cache whose contents a crash can lose.
 */
#ifndef TESTS_HOST_ARCH_FAKE_H
#define TESTS_HOST_ARCH_FAKE_H

#include <setjmp.h>

#include "arch/arch.h"
#include "arch_context.h"

/* ---- RAM ---------------------------------------------------------------- */

/* Physical addresses begin at an odd place: 0 is never RAM. */
#define FAKE_RAM_BASE 0x300000ull
#define FAKE_RAM_SIZE 0x2000000ull

/* The host's pointer to a physical address; the range must be RAM. */
void *fake_ram(paddr_t address, size_t size);

/* The physical address of such a pointer. */
paddr_t fake_ram_address(const void *pointer);

bool fake_ram_has(const void *pointer);

/* ---- Processor ---------------------------------------------------------- */

/* The user map that arch_ptab_activate() made current; 0: none. */
paddr_t fake_user_root(void);

/* Its tag, and how often the TLB was told to forget all of one. */
unsigned fake_user_tag(void);
unsigned fake_forgotten(unsigned tag);

/* How many pages the TLB was told to forget. */
unsigned fake_tlb_flushes(void);

/* Where an armed test lands when the code under test panics. */
extern jmp_buf fake_panic_jump;
extern bool fake_panic_armed;
extern char fake_panic_text[256];

/* Runs statement, and fails the test unless it panics with text in it. */
#define EXPECT_PANIC(text, statement)                                          \
    do {                                                                       \
        fake_panic_armed = true;                                               \
        if (setjmp(fake_panic_jump) == 0) {                                    \
            statement;                                                         \
            fake_panic_armed = false;                                          \
            fail_msg("no panic: %s", #statement);                              \
        }                                                                      \
        assert_non_null(strstr(fake_panic_text, text));                        \
    } while (0)

/* ---- Cache -------------------------------------------------------------- */

/* The cache model looks at one range of RAM (the bank).  It learns of stores
 * by comparing, whenever the code under test calls something that the model
 * sees, and keeps a log: each changed 8-byte word in ascending order, and
 * each line that was cleaned. */
#define FAKE_LINE 64u

struct fake_event {
    enum { FAKE_STORE, FAKE_CLEAN } kind;
    uint32_t offset;   /* from the start of the range, bytes */
    uint64_t old, new; /* FAKE_STORE: the word before and after */
};

/* Looks at that range from now on; size 0: at none. */
void fake_cache_watch(void *start, size_t size);

/* Forgets the log, and takes memory as it is for clean. */
void fake_cache_reset(void);

/* The log since the last reset. */
const struct fake_event *fake_cache_log(size_t *count);

/* Logs the stores to [start, start + size) that were not seen yet. */
void fake_cache_notice(const void *start, size_t size);

/* Empties the log; what was seen stays seen. */
void fake_cache_forget(void);

/* Changes a word of the range behind the log's back. */
void fake_cache_set(uint32_t offset, uint64_t word);

/* Copies size bytes of the range. */
void fake_cache_get(uint32_t offset, void *to, size_t size);

/* Whether that range is as it was when last looked at. */
bool fake_cache_unchanged(const void *start, size_t size);

#endif
