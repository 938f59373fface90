/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The Persistent Memory Manager.  It keeps one bit for each block in each
 * holder and nothing else: names, keys and sizes are the bank's.
 */
#include "mm/pmm.h"

#include "kernel/string.h"
#include "mm/aspace.h"
#include "mm/bank_share.h"
#include "mm/pmm_core.h"

static struct {
    struct link holders; /* struct pmm_holder.link */
    struct link resting; /* the same, between two lives */
    /* How many of the one have each slot, and how many of these nobody trusts:
     * mostly the question who ends here. */
    struct tally {
        unsigned held, users;
        struct pmm_holder *holder; /* who got it last */
    } slots[BANK_BLOCKS_CAPACITY];
    struct bank_set rested; /* none of the other had one that is not in here */
} pmm;

/* ---- Checks ------------------------------------------------------------- */

_Static_assert(sizeof(PMM_SYSTEM_PREFIX) - 1 <= sizeof(uint64_t),
               "the first word of a name tells whose it is");

static bool name_is_system(const char *name)
{
    return __builtin_memcmp(name, PMM_SYSTEM_PREFIX,
                            sizeof(PMM_SYSTEM_PREFIX) - 1) == 0;
}

KnError pmm_name_make(const PmmName *name, struct bank_name *made)
{
    return __builtin_memcmp(name->medium, "RAM", sizeof("RAM")) == 0 &&
                   bank_name_make(made, name->name)
               ? K_OK
               : K_EINVAL;
}

KnError pmm_name_take(const struct pmm_holder *holder, const PmmName *name,
                      struct bank_name *made)
{
    KnError error = pmm_name_make(name, made);

    if (error == K_OK && !holder->trusted &&
        name_is_system((const char *)made->words))
        error = K_EPRIV;
    return error;
}

static bool key_is_system(const void *key, unsigned key_size)
{
    size_t prefix = sizeof(PMM_SYSTEM_PREFIX) - 1;

    return key_size >= prefix && memcmp(key, PMM_SYSTEM_PREFIX, prefix) == 0;
}

/* ---- Group keys --------------------------------------------------------- */

/* HR_GROUP_KEY means another key in each group: it is kept in the bank as
 * this text with the group's number in place of the last two characters. */
#define GROUP_KEY_TEXT HR_GROUP_KEY ":00"
#define GROUP_KEY_SIZE sizeof(GROUP_KEY_TEXT)

_Static_assert(HR_GROUPS_MAX <= 100, "a group's number has two digits");
_Static_assert(GROUP_KEY_SIZE <= sizeof(PmmDelKey), "a group's key fits");

static void group_key_make(PmmDelKey key, int group)
{
    memcpy(key, GROUP_KEY_TEXT, GROUP_KEY_SIZE);
    key[GROUP_KEY_SIZE - 3] = (char)('0' + group / 10);
    key[GROUP_KEY_SIZE - 2] = (char)('0' + group % 10);
}

/* Translates an actor's key into the bank's; group_key is room for it. */
static KnError key_translate(const struct pmm_holder *holder,
                             struct bank_request *request, PmmDelKey group_key)
{
    const void *key = request->key;

    if (key == NULL && request->key_size != 0)
        return K_EINVAL;
    if (request->key_size > sizeof(PmmDelKey))
        return K_ESIZE;
    if (!key_is_system(key, request->key_size))
        return K_OK;
    if (holder->group < 0 || request->key_size != HR_GROUP_KEYSIZE ||
        memcmp(key, HR_GROUP_KEY, HR_GROUP_KEYSIZE) != 0)
        return K_EPRIV;
    group_key_make(group_key, holder->group);
    request->key = group_key;
    request->key_size = GROUP_KEY_SIZE;
    return K_OK;
}

/* ---- Holders ------------------------------------------------------------ */

struct link *pmm_holders(void)
{
    return &pmm.holders;
}

static struct pmm_holder *holder_of(struct link *link)
{
    return LIST_ENTRY(link, struct pmm_holder, link);
}

uaddr_t pmm_block_place(const struct bank_block *block)
{
    return uaddr(ASPACE_BANK_BASE + block->offset);
}

static KnError block_attach(struct pmm_holder *holder, unsigned slot,
                            const struct bank_block *block)
{
    struct tally *tally = &pmm.slots[slot];
    KnError error = aspace_attach_block(holder->space, pmm_block_place(block),
                                        block->memory, block->size,
                                        !block->sealed);

    if (error != K_OK)
        return error;
    bank_set_add(&holder->held, slot);
    tally->held++;
    tally->users += !holder->trusted;
    tally->holder = holder;
    return K_OK;
}

static void block_detach(struct pmm_holder *holder, unsigned slot)
{
    struct tally *tally = &pmm.slots[slot];
    uint64_t size, offset = bank_block_offset(slot, &size);

    aspace_detach_block(holder->space, uaddr(ASPACE_BANK_BASE + offset), size);
    bank_set_remove(&holder->held, slot);
    ASSERT(tally->held > 0);
    ASSERT(holder->trusted || tally->users > 0);
    tally->held--;
    tally->users -= !holder->trusted;
}

void pmm_trust(struct pmm_holder *holder, bool trusted)
{
    unsigned change = (unsigned)holder->trusted - trusted;

    for (int i = bank_set_next(&holder->held, 0); i >= 0;
         i = bank_set_next(&holder->held, i + 1))
        pmm.slots[i].users += change;
    holder->trusted = trusted;
}

void pmm_init(void)
{
    list_init(&pmm.holders);
    list_init(&pmm.resting);
    memset(pmm.slots, 0, sizeof(pmm.slots));
}

void pmm_forget(struct pmm_holder *holder)
{
    if (holder->resting)
        list_remove(&holder->link);
    holder->resting = false;
}

void pmm_join(struct pmm_holder *holder)
{
    pmm_forget(holder);
    holder->held = (struct bank_set){0};
    list_init(&holder->link);
    list_append(&pmm.holders, &holder->link);
}

void pmm_leave(struct pmm_holder *holder)
{
    const struct bank_set held = holder->held;

    for (int i = bank_set_next(&held, 0); i >= 0;
         i = bank_set_next(&held, i + 1))
        block_detach(holder, (unsigned)i);
    list_remove(&holder->link);
    holder->last = held;
    bank_set_join(&pmm.rested, &held);
    holder->resting = true;
    list_append(&pmm.resting, &holder->link);
}

bool pmm_block_held(unsigned slot)
{
    return pmm.slots[slot].held > 0;
}

/* Whether holder may have a block besides those who hold it now: all of them
 * and itself must be trusted. */
static bool block_shareable(const struct pmm_holder *holder, unsigned slot)
{
    return pmm.slots[slot].held == 0 ||
           (holder->trusted && pmm.slots[slot].users == 0);
}

/* ---- Allocating --------------------------------------------------------- */

/* Whether a block is the one that was meant, by other code than has found it: a
 * damaged kernel would give away or free another's without a word. */
static bool name_is(const char *its, const struct bank_name *name)
{
    uint64_t word, differ = 0;

    for (unsigned at = 0; at < name->count; at++) {
        __builtin_memcpy(&word, its + at * sizeof(word), sizeof(word));
        differ |= word ^ name->words[at];
    }
    return differ == 0;
}

static bool blocks_have_key(const struct bank_set *set, const char *key,
                            unsigned key_size)
{
    unsigned differ = 0;

    for (int i = bank_set_next(set, 0); i >= 0; i = bank_set_next(set, i + 1)) {
        struct bank_block block = bank_block((unsigned)i);
        const char *its = block.key;

        differ |= block.key_size ^ key_size;
        for (unsigned at = 0; at < key_size; at++)
            differ |= (unsigned)(its[at] ^ key[at]);
    }
    return differ == 0;
}

/* Lets holder have a block that exists. */
static KnError block_retrieve(struct pmm_holder *holder, unsigned slot,
                              const struct bank_block *block)
{
    if (bank_set_has(&holder->held, slot))
        return K_OK;
    if (!block_shareable(holder, slot))
        return K_EBUSY;
    if (block->sealed && !pmm_block_held(slot) && !bank_seal_holds(slot))
        return K_EFAIL;
    return block_attach(holder, slot, block);
}

/* Makes a block and lets holder have it. */
static KnError block_create(struct pmm_holder *holder,
                            const struct bank_name *name,
                            const struct bank_request *request,
                            struct bank_block *block)
{
    KnError error = bank_share_check(holder->trusted ? NULL : holder->account,
                                     request->size);
    int slot = error == K_OK ? bank_allocate_named(name, request) : error;

    if (slot < 0)
        return slot;
    *block = bank_block((unsigned)slot);
    error = block_attach(holder, (unsigned)slot, block);
    if (error != K_OK)
        bank_free_one((unsigned)slot);
    return error;
}

KnError pmm_allocate(struct pmm_holder *holder,
                     const struct pmm_request *request, VmAddr *address)
{
    struct bank_request wanted = {
        .name = request->name->name,
        .owner = holder->account,
        .key = request->key,
        .key_size = request->key_size,
        .size = request->size,
    };
    struct bank_name name;
    struct bank_block block;
    PmmDelKey group_key;
    int slot;
    KnError error = pmm_name_take(holder, request->name, &name);

    if (error == K_OK)
        error = key_translate(holder, &wanted, group_key);
    if (error != K_OK)
        return error;
    slot = bank_find_name(&name);
    if (slot >= 0) {
        block = bank_block((unsigned)slot);
        error = block_retrieve(holder, (unsigned)slot, &block);
    } else {
        error = block_create(holder, &name, &wanted, &block);
    }
    if (error == K_OK) {
        ASSERT(name_is(block.name, &name));
        *address = pmm_block_place(&block).raw;
    }
    return error;
}

/* ---- Freeing ------------------------------------------------------------ */

/* A slot that is free may be another block's soon. */
static void resting_forget(unsigned slot)
{
    if (!bank_set_has(&pmm.rested, slot))
        return;
    bank_set_remove(&pmm.rested, slot);
    for (struct link *link = pmm.resting.next; link != &pmm.resting;
         link = link->next)
        bank_set_remove(&holder_of(link)->last, slot);
}

/* Takes a block from several who hold it. */
static __attribute__((noinline)) void holders_forget_all(unsigned slot)
{
    for (struct link *link = pmm.holders.next; pmm.slots[slot].held > 0;
         link = link->next) {
        ASSERT(link != &pmm.holders);
        if (bank_set_has(&holder_of(link)->held, slot))
            block_detach(holder_of(link), slot);
    }
}

/* Takes a block from all who hold it: mostly one does. */
static inline void holders_forget(unsigned slot)
{
    const struct tally *tally = &pmm.slots[slot];

    if (tally->held == 1 && bank_set_has(&tally->holder->held, slot))
        block_detach(tally->holder, slot);
    if (tally->held > 0)
        holders_forget_all(slot);
}

/* Takes the blocks from all who hold one, then frees them at once. */
static void blocks_free(const struct bank_set *set)
{
    for (int i = bank_set_next(set, 0); i >= 0; i = bank_set_next(set, i + 1)) {
        resting_forget((unsigned)i);
        holders_forget((unsigned)i);
    }
    bank_free(set);
}

KnError pmm_free(const struct pmm_holder *holder, const PmmName *name)
{
    struct bank_name made;
    KnError error = pmm_name_take(holder, name, &made);
    int slot;

    if (error != K_OK)
        return error;
    slot = bank_find_name(&made);
    if (slot < 0)
        return K_EUNKNOWN;
    ASSERT(name_is(bank_block((unsigned)slot).name, &made));
    resting_forget((unsigned)slot);
    holders_forget((unsigned)slot);
    bank_free_one((unsigned)slot);
    return K_OK;
}

/* Whether one of the blocks is the system's. */
static bool set_has_system(const struct bank_set *set)
{
    for (int i = bank_set_next(set, 0); i >= 0; i = bank_set_next(set, i + 1)) {
        if (name_is_system(bank_block((unsigned)i).name))
            return true;
    }
    return false;
}

KnError pmm_free_all(const struct pmm_holder *holder, const void *key,
                     unsigned key_size)
{
    struct bank_set set;

    if (key == NULL || key_size == 0)
        return K_EINVAL;
    if (key_size > sizeof(PmmDelKey))
        return K_ESIZE;
    if (key_is_system(key, key_size))
        return K_EPRIV;
    if (bank_find_key(key, key_size, &set) == 0)
        return K_EUNKNOWN;
    ASSERT(blocks_have_key(&set, key, key_size));
    if (set_has_system(&set) && !holder->trusted)
        return K_EPRIV;
    blocks_free(&set);
    return K_OK;
}

unsigned pmm_free_group(int group)
{
    PmmDelKey key;
    struct bank_set set;
    unsigned count;

    ASSERT(group >= 0);
    ASSERT(group < HR_GROUPS_MAX);
    group_key_make(key, group);
    count = bank_find_key(key, GROUP_KEY_SIZE, &set);
    ASSERT(blocks_have_key(&set, key, GROUP_KEY_SIZE));
    if (count > 0)
        blocks_free(&set);
    return count;
}

/* ---- Setting aside ------------------------------------------------------- */

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
    const char *name = bank_block(slot).name;

    return !pmm_block_held(slot) && !name_is_system(name) &&
           !name_is_aside(name);
}

static bool block_aside(unsigned slot, pmm_aside_told *told)
{
    PmmMemName name, aside;

    string_copy(name, bank_block(slot).name, sizeof(name));
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

unsigned pmm_aside_group(int group, pmm_aside_told *told)
{
    PmmDelKey key;
    struct bank_set set;
    unsigned count = 0;

    group_key_make(key, group);
    bank_find_key(key, GROUP_KEY_SIZE, &set);
    for (struct link *link = pmm.resting.next; link != &pmm.resting;
         link = link->next) {
        const struct pmm_holder *holder = holder_of(link);

        for (int i = holder->group == group ? bank_set_next(&holder->last, 0)
                                            : -1;
             i >= 0; i = bank_set_next(&holder->last, i + 1))
            bank_set_add(&set, (unsigned)i);
    }
    for (int i = bank_set_next(&set, 0); i >= 0; i = bank_set_next(&set, i + 1))
        count += block_may_go_aside((unsigned)i) &&
                 block_aside((unsigned)i, told);
    return count;
}
