/* SPDX-License-Identifier: BSD-2-Clause
 *
 * mm/kspace.h over the fake RAM.  It watches that the bank's metadata is
 * written only while it is unlocked, and that the window is used as promised.
 */
#include "kspace_host.h"

#include <stdio.h>
#include <stdlib.h>

#include "fake.h"
#include "mm/kspace.h"

#define TABLES_SIZE 0x800000u

struct kspace_host kspace_host = {.watch = true, .tables_left = -1};

static void require(bool condition, const char *why)
{
    if (condition)
        return;
    fprintf(stderr, "kspace: %s\n", why);
    abort();
}

void *kspace_pointer(paddr_t address)
{
    return fake_ram(address, 1);
}

paddr_t kspace_physical(const void *pointer)
{
    return fake_ram_address(pointer);
}

const pte_t *kspace_root(void)
{
    return fake_ram(paddr(FAKE_RAM_BASE + FAKE_RAM_SIZE - PAGE_SIZE),
                    PAGE_SIZE);
}

/* Tables lie where those of the start before did, with what was in them; at
 * first it is rubbish that could be meant. */
static struct {
    uint32_t *words;
    size_t used;
} tables;

static void tables_make(void)
{
    tables.words = malloc(TABLES_SIZE);
    require(tables.words != NULL, "no memory for tables");
    for (size_t i = 0; i < TABLES_SIZE / sizeof(*tables.words); i++)
        tables.words[i] = i % 7;
}

void *kspace_table(size_t size)
{
    void *table;

    if (kspace_host.tables_left-- == 0)
        return NULL;
    if (tables.words == NULL)
        tables_make();
    table = (char *)tables.words + tables.used;
    tables.used += page_up(size);
    require(tables.used <= TABLES_SIZE, "too many tables");
    return table;
}

const void *kspace_map_bank(paddr_t address, size_t size)
{
    tables.used = 0;
    kspace_host.bank = fake_ram(address, size);
    kspace_host.bank_size = size;
    kspace_host.unlocked = 0;
    return kspace_host.bank;
}

static void *page_open(const void *place)
{
    require((const char *)place >= (const char *)kspace_host.bank &&
                (const char *)place <
                    (const char *)kspace_host.bank + kspace_host.bank_size,
            "a place outside of the bank is unlocked");
    require(kspace_host.unlocked < 4, "more of the bank is unlocked than an "
                                      "entry and a header of each copy");
    kspace_host.unlocked++;
    return (void *)(uintptr_t)place;
}

struct kspace_opened kspace_bank_unlock(const void *place, const void *other)
{
    struct kspace_opened opened = {page_open(place), page_open(other)};

    require(!kspace_host.watch || fake_cache_unchanged(kspace_host.bank,
                                                       kspace_host.bank_size),
            "the bank was written while it was locked");
    kspace_host.stores++;
    return opened;
}

void kspace_bank_lock(void)
{
    require(kspace_host.unlocked > 0, "the bank is locked twice");
    kspace_host.unlocked = 0;
    if (kspace_host.watch)
        fake_cache_notice(kspace_host.bank, kspace_host.bank_size);
}

void *kspace_window_open(paddr_t page)
{
    require(kspace_host.window == NULL, "the window is opened twice");
    require(page_aligned(page.raw), "the window is opened between pages");
    kspace_host.window = fake_ram(page, K_PAGE_SIZE);
    return kspace_host.window;
}

void kspace_window_close(void)
{
    require(kspace_host.window != NULL, "the window is closed twice");
    fake_cache_notice(kspace_host.window, K_PAGE_SIZE);
    kspace_host.window = NULL;
}
