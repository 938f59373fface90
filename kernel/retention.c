/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The pattern is another word at each address, with half its bits set, so that
 * neither zeros, nor a repeated word, nor the memory of another address can
 * be taken for it; and what has become of it is told bit by bit.
 */
#include "kernel/retention.h"

#include "arch/arch.h"
#include "kernel/config.h"
#include "kernel/klog.h"
#include "kernel/site.h"
#include "mm/frame.h"
#include "mm/kspace.h"

#define PATTERN_MAGIC 0x6e6f69746e657465ull /* "etention" */
#define PAGE_WORDS (PAGE_SIZE / sizeof(uint64_t))

/* The word for an address: splitmix64's mix, which is one to one. */
static uint64_t pattern(uint64_t address)
{
    uint64_t word = address ^ PATTERN_MAGIC;

    word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9ull;
    word = (word ^ word >> 27) * 0x94d049bb133111ebull;
    return word ^ word >> 31;
}

static void page_fill(paddr_t page)
{
    uint64_t *words = kspace_pointer(page);

    for (uint64_t i = 0; i < PAGE_WORDS; i++)
        words[i] = pattern(page.raw + i * sizeof(*words));
    arch_cache_clean(words, PAGE_SIZE);
}

_Noreturn void retention_fill(void)
{
    struct frame_run run = frame_find(paddr(0), UINT64_MAX, FRAMES_FREE);

    klog("retention: filling %lu KiB of free RAM\n",
         frame_available() * PAGE_SIZE >> 10);
    klog_flush();
    while (run.size > 0) {
        paddr_t end = paddr_add(run.start, run.size);

        for (uint64_t at = run.start.raw; at < end.raw; at += PAGE_SIZE)
            page_fill(paddr(at));
        run = frame_find(end, UINT64_MAX, FRAMES_FREE);
    }
    site_reset("RAM is filled with the pattern of the retention test");
}

static unsigned bits_set(uint64_t word)
{
    unsigned count = 0;

    for (; word != 0; word &= word - 1)
        count++;
    return count;
}

/* Looks at a page: what has become of it, and how many bits are flipped. */
static int page_look(paddr_t page, uint64_t *flipped)
{
    const uint64_t *words = kspace_pointer(page);

    *flipped = 0;
    for (uint64_t i = 0; i < PAGE_WORDS; i++) {
        uint64_t expected = pattern(page.raw + i * sizeof(*words));
        unsigned wrong = bits_set(words[i] ^ expected);

        if (wrong > RETENTION_FLIPPED_MAX)
            return K_RETENTION_LOST;
        *flipped += wrong;
    }
    return *flipped > 0 ? K_RETENTION_FLIPPED : K_RETENTION_WHOLE;
}

bool retention_look(KnRetention *look)
{
    struct frame_run run = frame_find(paddr(look->startAddr),
                                      RETENTION_LOOK_BYTES, FRAMES_FRESH);
    uint64_t size, flipped;

    if (run.size == 0)
        return false;
    look->startAddr = run.start.raw;
    look->kind = page_look(run.start, &look->flipped);
    for (size = PAGE_SIZE; size < run.size; size += PAGE_SIZE) {
        if (page_look(paddr_add(run.start, size), &flipped) != look->kind)
            break;
        look->flipped += flipped;
    }
    look->size = size;
    if (look->kind == K_RETENTION_LOST)
        look->flipped = 0;
    return true;
}
