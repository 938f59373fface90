/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  A processor may remember pages of spaces that are not the current
 * one, by their tags.  Whatever changes in the current space is flushed at
 * once.  What has changed in another one makes that stale, and is forgotten
 * when it becomes the current one.  A tag may have been another space's: who
 * gets it is stale.  Where there are more spaces than tags, some share tag 0,
 * and are stale each time.
 */
#include "mm/aspace_active.h"

#include "kernel/assert.h"
#include "mm/kspace.h"

struct aspace *aspace_current;

static struct {
    const pte_t *kernel_root;
    bool tagged[ARCH_TAGS]; /* somebody has it; 0 is everybody's */
} spaces;

static unsigned tag_take(void)
{
    for (unsigned tag = 1; tag < ARCH_TAGS; tag++) {
        if (!spaces.tagged[tag]) {
            spaces.tagged[tag] = true;
            return tag;
        }
    }
    return 0;
}

void aspace_enlist(struct aspace *space)
{
    space->tag = tag_take();
    space->token = arch_ptab_token(space->ptab.root, space->tag);
    space->stale = true;
    spaces.kernel_root = kspace_root();
    arch_ptab_adopt(kspace_pointer(space->ptab.root), spaces.kernel_root);
}

void aspace_delist(struct aspace *space)
{
    ASSERT(space->tag < ARCH_TAGS);
    ASSERT(space->tag == 0 || spaces.tagged[space->tag]);
    spaces.tagged[space->tag] = false;
}

bool aspace_active(const struct aspace *space)
{
    return aspace_current == space;
}

static __attribute__((noinline)) void activate_stale(struct aspace *space)
{
    arch_ptab_forget(space->tag);
    space->stale = space->tag == 0 && ARCH_TAGS > 1;
    arch_ptab_activate(space->token);
}

void aspace_activate(struct aspace *space)
{
    if (aspace_current == space)
        return;
    /* With the root of one that is gone nothing could be told any more. */
    ASSERT(arch_ptab_adopted((const pte_t *)(KSPACE_PHYSMAP +
                                             space->ptab.root.raw),
                             spaces.kernel_root));
    aspace_current = space;
    if (space->stale)
        activate_stale(space);
    else
        arch_ptab_activate(space->token);
}

void aspace_deactivate(struct aspace *space)
{
    if (aspace_current == space) {
        aspace_current = NULL;
        arch_ptab_activate(
            arch_ptab_token(kspace_physical(kspace_root()), 0));
    }
    space->stale = true;
}
