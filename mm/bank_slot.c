/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which slots of the directory are in use, and lists of slots.
 */
#include "kernel/assert.h"
#include "mm/bank_core.h"
#include "mm/kspace.h"

#define WORDS_MAX (BANK_CAPACITY_MAX / 64)

static struct {
    uint64_t used[WORDS_MAX];            /* a bit for each slot */
    uint64_t full[(WORDS_MAX + 63) / 64]; /* a bit for each word of those */
    unsigned capacity;
    int *next; /* behind each slot in its list */
} slots;

bool bank_slots_init(unsigned capacity)
{
    ASSERT(capacity % 64 == 0);
    ASSERT(capacity <= BANK_CAPACITY_MAX);
    slots.capacity = capacity;
    memset(slots.used, 0, capacity / 64 * sizeof(*slots.used));
    memset(slots.full, 0, sizeof(slots.full));
    slots.next = capacity > 0 ? kspace_table(capacity * sizeof(*slots.next))
                              : NULL;
    return capacity == 0 || slots.next != NULL;
}

static inline bool is_used(unsigned slot)
{
    return slot < slots.capacity &&
           (slots.used[slot / 64] >> slot % 64 & 1) != 0;
}

bool bank_used(unsigned slot)
{
    return is_used(slot);
}

static inline void slot_use(unsigned slot)
{
    unsigned word = slot / 64;

    ASSERT(!is_used(slot));
    slots.used[word] |= 1ull << slot % 64;
    if (slots.used[word] == ~0ull)
        slots.full[word / 64] |= 1ull << word % 64;
}

void bank_slot_use(unsigned slot)
{
    slot_use(slot);
}

void bank_slot_leave(unsigned slot)
{
    unsigned word = slot / 64;

    ASSERT(is_used(slot));
    slots.used[word] &= ~(1ull << slot % 64);
    slots.full[word / 64] &= ~(1ull << word % 64);
}

unsigned bank_slot_take(void)
{
    for (unsigned i = 0; i * 64 * 64 < slots.capacity; i++) {
        unsigned word, slot;

        if (~slots.full[i] == 0)
            continue;
        word = i * 64 + (unsigned)__builtin_ctzll(~slots.full[i]);
        if (word * 64 >= slots.capacity)
            break;
        slot = word * 64 + (unsigned)__builtin_ctzll(~slots.used[word]);
        slot_use(slot);
        return slot;
    }
    panic("bank: a full directory has no free slot");
}

int bank_next(int from)
{
    unsigned slot = (unsigned)from;

    while (slot < slots.capacity) {
        uint64_t word = slots.used[slot / 64] & ~0ull << slot % 64;

        slot &= ~63u;
        if (word != 0)
            return (int)slot + __builtin_ctzll(word);
        slot += 64;
    }
    return -1;
}

/* ---- Lists --------------------------------------------------------------- */

void bank_list_add(struct bank_list *list, unsigned slot)
{
    ASSERT(slot < slots.capacity);
    slots.next[slot] = list->first;
    list->first = (int)slot;
    list->count++;
}

int bank_list_next(unsigned slot)
{
    return slots.next[slot];
}
