/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The Persistent Memory Manager: the bank's blocks as actors have them.  It
 * decides who may have which block, maps a block where every holder has
 * always seen it, and takes it away when it is freed or the holder ends.
 *
 * A block outlives its holders; only pmm_free*() ends it.  One user actor at
 * a time holds a block; trusted actors may share one among themselves.
 *
 * All arguments are copies in kernel memory.  Texts in them may lack their
 * end: that is checked here.  Errors come in the order listed; nothing has
 * changed when one is returned.
 */
#ifndef MM_PMM_H
#define MM_PMM_H

#include "kernel/list.h"
#include "mm/bank.h"
#include "mm/types.h"

struct aspace;

/* The part of an actor that the manager knows.  The owner fills the first
 * five members before pmm_join() and may change group later. */
struct pmm_holder {
    struct aspace *space;
    int aid;
    bool trusted;
    int group; /* restart group, or -1 */
    char account[K_ACTORNAMEMAX]; /* whose share of the bank it uses */
    struct link holdings; /* blocks mapped in space; or, resting, that were */
    unsigned held;        /* how many are */
    bool resting;         /* between two lives */
    struct link link;     /* of those that are resting */
};

/* That a holder has the block in a slot, or had it in its last life. */
struct pmm_holding {
    struct link link; /* of its holder's */
    struct pmm_holder *holder;
    struct pmm_holding *next; /* of the same block */
    unsigned slot;
};

/* The blocks that a holder has in this life, one after the other: the one
 * behind last, or the first for NULL; NULL: there is none. */
const struct pmm_holding *pmm_held_next(const struct pmm_holder *holder,
                                        const struct pmm_holding *last);

/* Begins with no holders; the bank has been opened. */
void pmm_init(void);

/* A new life of an actor, holding nothing; and its end, before its space is
 * destroyed: takes all blocks out of the space.  The blocks stay, and which
 * they were is remembered until the next life or pmm_forget(). */
void pmm_join(struct pmm_holder *holder);
void pmm_leave(struct pmm_holder *holder);
void pmm_forget(struct pmm_holder *holder);

/* Trusts a holder from now on, or no longer. */
void pmm_trust(struct pmm_holder *holder, bool trusted);

struct pmm_request {
    const PmmName *name;
    uint64_t size;   /* bytes */
    const void *key; /* deletion key, or NULL with key_size 0 */
    unsigned key_size;
};

/* Finds the block of that name, or allocates it, zero-filled, and maps it
 * into the holder's space; address says where.  For a block that exists size
 * and key are not used, but key must still be allowed.
 * K_EINVAL: medium is not "RAM"; name empty or without an end; key is NULL
 *   but key_size is not 0.
 * K_EPRIV: name is the system's (PMM_SYSTEM_PREFIX) and holder not trusted.
 * K_ESIZE: key_size is more than sizeof(PmmDelKey).
 * K_EPRIV: key is the system's, HR_GROUP_KEY aside; or it is HR_GROUP_KEY and
 *   holder in no group.
 * K_EBUSY: another actor holds it, and not both are trusted.
 * K_EFAIL: it is sealed, nobody holds it, and its contents are not those that
 *   were sealed.
 * K_ESIZE, K_EFULL, K_ESPACE: see bank_allocate(); K_EFULL and K_ESPACE also
 *   when a user actor may have no more, see mm/bank_share.h.
 * K_ENOMEM: no memory to map it; a block made by this call is gone again.  Or
 *   as many trusted actors share blocks as can be written down: besides one
 *   for each block, as many as the bank's directory has slots. */
KnError pmm_allocate(struct pmm_holder *holder,
                     const struct pmm_request *request, VmAddr *address)
    __attribute__((warn_unused_result));

/* Seals the block of that name: until it is unsealed none of its holders can
 * write to it.  Sealing it again does nothing.  K_EINVAL and K_EPRIV: as above
 * for the name.  K_EUNKNOWN: no such block.  K_EPRIV: holder does not hold
 * it. */
KnError pmm_seal(struct pmm_holder *holder, const PmmName *name)
    __attribute__((warn_unused_result));

/* Ends that, whether the seal holds or is broken; on a block without a seal it
 * does nothing.  Errors as above, but: K_EBUSY: others hold it, and holder
 * does not. */
KnError pmm_unseal(struct pmm_holder *holder, const PmmName *name)
    __attribute__((warn_unused_result));

/* Frees the block of that name, after taking it from all who hold it.  Any
 * actor may.  K_EINVAL and K_EPRIV: as above for the name.  K_EUNKNOWN: no
 * such block. */
KnError pmm_free(const struct pmm_holder *holder, const PmmName *name)
    __attribute__((warn_unused_result));

/* Frees all blocks with exactly that deletion key, all or none of them if
 * the machine is reset meanwhile.
 * K_EINVAL: key is NULL or key_size 0.  K_ESIZE: key_size is more than
 * sizeof(PmmDelKey).  K_EPRIV: key is the system's, or one of the blocks is
 * and holder is not trusted.  K_EUNKNOWN: no block has that key. */
KnError pmm_free_all(const struct pmm_holder *holder, const void *key,
                     unsigned key_size) __attribute__((warn_unused_result));

/* Frees the blocks that were allocated with HR_GROUP_KEY in that restart
 * group; how many there were. */
unsigned pmm_free_group(int group);

/* Sets aside what the members of a restart group that is down have held in
 * their last lives, and what carries the group's key: a block that nobody
 * holds now gets a name of its own, NAME~aside1 or the first that is free,
 * and no key, so that the members find nothing and whoever looks finds all.
 * One commit a block; called again it goes on.  told hears of each.  How many
 * there were. */
typedef void pmm_aside_told(const char *name, const char *aside);
unsigned pmm_aside_group(int group, pmm_aside_told *told);

/* Copies up to size bytes of a block from offset on, whoever holds it, and
 * without holding it: for those who look and must not change anything.
 * Returns the bytes copied, 0 at the block's end.  K_EINVAL: as above for the
 * name.  K_EUNKNOWN: no such block. */
long pmm_read(const PmmName *name, uint64_t offset, void *to, size_t size)
    __attribute__((warn_unused_result));

/* The first block that holder holds and that ends above address, told as a
 * region would be (start, size, options, kind); false: there is none. */
struct region;
bool pmm_held_from(const struct pmm_holder *holder, uint64_t address,
                   struct region *found);

/* The next of the blocks that holder holds, in the order of their addresses:
 * the first one behind that in slot, or the first of all for -1.  Its slot, and
 * itself told as above, or -1: there is none. */
int pmm_held_behind(const struct pmm_holder *holder, int slot,
                    struct region *found);

/* Describes the block in a slot that is in use. */
void pmm_describe(unsigned slot, PmmBlockInfo *info);

#endif
