/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Setting aside what a restart group has left, for those who look for the
 * reason why it is down.
 */
#include "kernel/string.h"
#include "mm/pmm_core.h"

#define ASIDE_MARK "~aside"
#define ASIDE_NUMBER_MAX 99u

/* Writes the name under which a block is set aside; a long one is cut. */
static void aside_name_make(PmmMemName aside, const char *name,
                            unsigned number)
{
    size_t mark = sizeof(ASIDE_MARK) - 1;
    size_t kept = strnlen(name, sizeof(PmmMemName) - 1 - mark - 2);
    char *at = aside + kept + mark;

    memset(aside, 0, sizeof(PmmMemName));
    memcpy(aside, name, kept);
    memcpy(aside + kept, ASIDE_MARK, mark);
    if (number >= 10)
        *at++ = (char)('0' + number / 10);
    *at = (char)('0' + number % 10);
}

static bool name_is_aside(const char *name)
{
    for (; *name != '\0'; name++) {
        if (string_starts(name, ASIDE_MARK))
            return true;
    }
    return false;
}

/* Nobody holds it, it is not the system's, and it is not there already. */
static bool block_may_go_aside(unsigned slot)
{
    const char *name = bank_block_name(slot);

    return pmm_block_held(slot) == 0 && !pmm_name_is_system(name) &&
           !name_is_aside(name);
}

static bool block_aside(unsigned slot, pmm_aside_told *told)
{
    PmmMemName name, aside;

    string_copy(name, bank_block_name(slot), sizeof(name));
    for (unsigned number = 1; number <= ASIDE_NUMBER_MAX; number++) {
        aside_name_make(aside, name, number);
        if (bank_find(aside) < 0) {
            bank_rename(slot, aside);
            told(name, aside);
            return true;
        }
    }
    return false;
}

/* Sets a block aside, if it may go; how many are. */
static unsigned slot_aside(unsigned slot, pmm_aside_told *told)
{
    return block_may_go_aside(slot) && block_aside(slot, told);
}

unsigned pmm_aside_group(int group, pmm_aside_told *told)
{
    struct pmm_holder *holder = NULL;
    struct bank_list list;
    unsigned count = 0;

    pmm_find_group(group, &list);
    for (int i = list.first; i >= 0; i = bank_list_next((unsigned)i))
        count += slot_aside((unsigned)i, told);
    while ((holder = pmm_resting_next(holder)) != NULL) {
        const struct link *at = holder->holdings.next;

        if (holder->group != group)
            continue;
        for (; at != &holder->holdings; at = at->next)
            count += slot_aside(
                LIST_ENTRY(at, struct pmm_holding, link)->slot, told);
    }
    return count;
}
