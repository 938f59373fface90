/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The Persistent Memory Manager: who may have a block, who gets it, and when it
 * goes.  Who has which is written down in pmm_holding.c; names, keys and sizes
 * are the bank's.
 */
#include "mm/pmm.h"

#include "kernel/string.h"
#include "mm/aspace.h"
#include "mm/bank_share.h"
#include "mm/pmm_core.h"

/* ---- Checks ------------------------------------------------------------- */

_Static_assert(sizeof(PMM_SYSTEM_PREFIX) - 1 <= sizeof(uint64_t),
               "the first word of a name tells whose it is");

bool pmm_name_is_system(const char *name)
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
        pmm_name_is_system((const char *)made->words))
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

static bool blocks_have_key(const struct bank_list *list, const char *key,
                            unsigned key_size)
{
    unsigned differ = 0;

    for (int i = list->first; i >= 0; i = bank_list_next((unsigned)i)) {
        struct bank_block block = bank_block((unsigned)i);
        const char *its = block.key;

        differ |= block.key_size ^ key_size;
        for (unsigned at = 0; at < key_size; at++)
            differ |= (unsigned)(its[at] ^ key[at]);
    }
    return differ == 0;
}

unsigned pmm_find_group(int group, struct bank_list *list)
{
    PmmDelKey key;
    unsigned count;

    ASSERT(group >= 0);
    ASSERT(group < HR_GROUPS_MAX);
    group_key_make(key, group);
    count = bank_find_key(key, GROUP_KEY_SIZE, list);
    ASSERT(blocks_have_key(list, key, GROUP_KEY_SIZE));
    return count;
}

/* Makes a block, if holder may have one more; its slot, or an error. */
static int block_create(const struct pmm_holder *holder,
                        const struct bank_name *name,
                        const struct bank_request *request)
{
    KnError error = bank_share_check(holder->trusted ? NULL : holder->account,
                                     request->size);

    return error == K_OK ? bank_allocate_named(name, request) : error;
}

/* Lets holder have the block in a slot, and says where it is. */
static inline KnError block_have(struct pmm_holder *holder, unsigned slot,
                                 const struct bank_name *name, VmAddr *address)
{
    struct bank_block block = bank_block(slot);
    KnError error = pmm_attach(holder, slot, &block);

    if (error != K_OK)
        return error;
    ASSERT(name_is(block.name, name));
    *address = pmm_block_place(&block).raw;
    return K_OK;
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
    PmmDelKey group_key;
    bool made;
    int slot;
    KnError error = pmm_name_take(holder, request->name, &name);

    if (error == K_OK)
        error = key_translate(holder, &wanted, group_key);
    if (error != K_OK)
        return error;
    slot = bank_find_name(&name);
    made = slot < 0;
    if (made)
        slot = block_create(holder, &name, &wanted);
    if (slot < 0)
        return slot;
    error = block_have(holder, (unsigned)slot, &name, address);
    if (error != K_OK && made)
        bank_free_one((unsigned)slot);
    return error;
}

/* ---- Freeing ------------------------------------------------------------ */

/* Takes the blocks from all who hold one, then frees them at once. */
static void blocks_free(const struct bank_list *list)
{
    for (int i = list->first; i >= 0; i = bank_list_next((unsigned)i))
        pmm_detach_all((unsigned)i);
    bank_free(list);
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
    ASSERT(name_is(bank_block_name((unsigned)slot), &made));
    pmm_detach_all((unsigned)slot);
    bank_free_one((unsigned)slot);
    return K_OK;
}

/* Whether one of the blocks is the system's. */
static bool list_has_system(const struct bank_list *list)
{
    for (int i = list->first; i >= 0; i = bank_list_next((unsigned)i)) {
        if (pmm_name_is_system(bank_block_name((unsigned)i)))
            return true;
    }
    return false;
}

KnError pmm_free_all(const struct pmm_holder *holder, const void *key,
                     unsigned key_size)
{
    struct bank_list list;

    if (key == NULL || key_size == 0)
        return K_EINVAL;
    if (key_size > sizeof(PmmDelKey))
        return K_ESIZE;
    if (key_is_system(key, key_size))
        return K_EPRIV;
    if (bank_find_key(key, key_size, &list) == 0)
        return K_EUNKNOWN;
    ASSERT(blocks_have_key(&list, key, key_size));
    if (list_has_system(&list) && !holder->trusted)
        return K_EPRIV;
    blocks_free(&list);
    return K_OK;
}

unsigned pmm_free_group(int group)
{
    struct bank_list list;
    unsigned count = pmm_find_group(group, &list);

    blocks_free(&list);
    return count;
}
