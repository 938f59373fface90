/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The bank: named blocks of pages, and their directory, in RAM that no
 * restart clears.  mm/BANK.md has every byte of it and the reasons.
 *
 * A block is known by its slot in the directory, 0 to bank_capacity() - 1,
 * from its allocation until it is freed.  Whether
 * an actor may have a block is not decided here but in mm/pmm.h.
 */
#ifndef MM_BANK_H
#define MM_BANK_H

#include "boot/boot_info.h"
#include "kernel/config.h"
#include "mm/types.h"

/* ---- Lists of slots ----------------------------------------------------- */

/* Slots that somebody has chosen: for one commit, or to go through.  A slot is
 * in one list at a time, and in that only until another has taken it. */
struct bank_list {
    int first; /* -1: none */
    unsigned count;
};

#define BANK_LIST_EMPTY ((struct bank_list){.first = -1})

void bank_list_add(struct bank_list *list, unsigned slot);

/* The one behind a slot that is in a list, or -1.  A loop over a list reads
 *     for (int i = list.first; i >= 0; i = bank_list_next((unsigned)i))
 */
int bank_list_next(unsigned slot);

/* ---- Opening ------------------------------------------------------------ */

/* Where the bank is.  The size counts its metadata (bank_first_page() pages,
 * mm/bank_format.h) and must leave at least one page for blocks. */
struct bank_place {
    paddr_t base;        /* page aligned */
    uint64_t size;       /* bytes, whole pages, up to PMM_BANK_SIZE_MAX */
    unsigned blocks_max; /* a limit on allocation only, bank_limit_blocks() */
};

enum bank_start {
    BANK_ABSENT,    /* the place cannot be a bank: the site runs without */
    BANK_EMPTY,     /* there was no bank: a cold start */
    BANK_KEPT,      /* every block is there */
    BANK_SALVAGED,  /* damaged: what could be read is there */
    BANK_FORMATTED, /* nothing could be read: begun anew */
};

/* Losses that a report names; more are only counted. */
#define BANK_LOSSES_MAX 8

struct bank_loss {
    int slot;
    PmmMemName name; /* printable; a guess if the entry was damaged */
    const char *why;
};

/* What bank_open() found, for one line of the boot messages and one more for
 * each loss.  why continues "bank kept: ", "bank formatted: " and so on. */
struct bank_report {
    enum bank_start start;
    const char *why;
    unsigned kept, lost; /* blocks */
    unsigned loss_count; /* filled members of losses */
    struct bank_loss losses[BANK_LOSSES_MAX];
};

/* Opens the bank at place, or makes an empty one there, and counts this
 * start in it.  Whatever lies there is only believed after a check; a damaged
 * block is dropped and named, and never takes another with it.
 * Call it once a start, before all else here; report->start says how it went.
 * Without a bank (BANK_ABSENT) all calls below are still allowed: there are
 * no blocks, no room, and no last words. */
void bank_open(const struct bank_place *place, enum boot_cause cause,
               struct bank_report *report);

/* "kept", "empty" and so on, for messages. */
const char *bank_start_name(enum bank_start start);

/* ---- Blocks ------------------------------------------------------------- */

struct bank_request {
    const char *name;  /* 1 to sizeof(PmmMemName) - 1 characters */
    const char *owner; /* image of the allocating actor; cut if too long */
    const void *key;   /* deletion key, NULL if key_size is 0 */
    unsigned key_size; /* bytes, up to sizeof(PmmDelKey) */
    uint64_t size;     /* bytes; rounded up to pages */
};

/* A block as the directory has it.  The pointers are into the directory:
 * valid until the next allocation or free. */
struct bank_block {
    const char *name, *owner;
    const void *key;
    unsigned key_size;
    uint64_t offset; /* bytes from the start of the bank, page aligned */
    uint64_t size;   /* bytes, whole pages */
    paddr_t memory;  /* first byte; not mapped in the kernel */
    bool sealed;
};

/* A name as it is looked for: in words, as many as it has, the last of them
 * padded with NULs, at least one; and its hash. */
struct bank_name {
    uint64_t words[sizeof(PmmMemName) / sizeof(uint64_t)];
    unsigned count;
    uint32_t hash;
};

/* Makes one of a text, of which all bytes may be read.  False: it is empty or
 * has no end. */
bool bank_name_make(struct bank_name *name, const PmmMemName text)
    __attribute__((warn_unused_result));

/* The slot of the block of that name (a terminated string), or K_EUNKNOWN. */
int bank_find(const char *name) __attribute__((warn_unused_result));
int bank_find_name(const struct bank_name *name)
    __attribute__((warn_unused_result));

/* Allocates a block, all zero, and returns its slot.  When it returns the
 * block survives a reset; when the machine is reset before that, the block is
 * there as a whole or not at all.  No block of that name may exist.
 * K_ESIZE: the size is 0 or more than the bank could ever hold.  K_EFULL: as
 * many blocks as allowed.  K_ESPACE: no such run of free pages, or no bank. */
int bank_allocate(const struct bank_request *request)
    __attribute__((warn_unused_result));

/* The same for a name that has been made, that of the request, and for which
 * the caller has looked in vain; all bytes behind the owner's name, which has
 * K_ACTORNAMEMAX with them, are NULs. */
int bank_allocate_named(const struct bank_name *name,
                        const struct bank_request *request)
    __attribute__((warn_unused_result));

/* Frees all blocks of the list in one commit: a reset meets all or none of
 * them.  Every member must be in use; nobody may have one mapped.  Cannot
 * fail; an empty list does nothing. */
void bank_free(const struct bank_list *list);

/* The same for one block. */
void bank_free_one(unsigned slot);

/* Gives the block in a slot that is in use another name, which no block has,
 * and takes its key away, in one commit: a reset meets the block under the
 * one name or the other, with its contents.  Cannot fail. */
void bank_rename(unsigned slot, const char *name);

/* Seals the block in a slot that is in use: its contents as they are now are
 * in memory, and their hash in its entry, in one commit.  Nobody may write to
 * it from now on until it is unsealed, which is a commit as well.  A reset
 * meets it sealed, with those contents, or not sealed.  Neither can fail. */
void bank_seal(unsigned slot);
void bank_unseal(unsigned slot);

/* Compares a sealed block with its seal, which takes time by its size; and
 * how the last comparison, at the latest bank_open()'s, has ended. */
bool bank_seal_holds(unsigned slot) __attribute__((warn_unused_result));
bool bank_seal_broken(unsigned slot);

/* The block in a slot that is in use; its name alone; its offset and size. */
struct bank_block bank_block(unsigned slot);
const char *bank_block_name(unsigned slot);
uint64_t bank_block_offset(unsigned slot, uint64_t *size);

/* Whether a slot is in use; and the first that is, from one on, or -1: there
 * is none.  A loop over all blocks reads
 *     for (int i = bank_next(0); i >= 0; i = bank_next(i + 1))
 */
bool bank_used(unsigned slot);
int bank_next(int from);

/* The same in the order of their places: the one behind that in slot, or the
 * first one for -1. */
int bank_next_in_place(int slot);

/* Makes a list of all blocks with exactly that key, which is not empty; how
 * many. */
unsigned bank_find_key(const void *key, unsigned key_size,
                       struct bank_list *list);

/* ---- Figures ------------------------------------------------------------ */

struct bank_usage {
    uint64_t total, free; /* bytes for blocks */
    unsigned blocks, blocks_max;
    unsigned boots;         /* machine boots that found this bank */
    unsigned site_restarts; /* warm restarts since the last of those */
    unsigned resets;        /* machine boots in a row, none of them stable */
};

/* All zero without a bank. */
struct bank_usage bank_usage(void);

bool bank_present(void);

/* How many slots there are: 0 without a bank. */
unsigned bank_capacity(void);

/* No more blocks than that are allocated from now on; they stay if they are
 * there.  At most bank_capacity(), which is taken for more. */
void bank_limit_blocks(unsigned blocks_max);

/* The site has been up long enough to be called stable: the next reset of the
 * machine is the first in a row again. */
void bank_note_stable(void);

/* Checks every invariant of the bank and of the state derived from it: NULL,
 * or words for the first one that is broken.  Slow; changes nothing. */
const char *bank_check(void);

/* ---- Last words --------------------------------------------------------- */

/* What panic() leaves for the next start.  A NULL text counts as "". */
struct bank_last_words {
    const char *cause; /* the kind of end, in a word or two */
    const char *actor; /* that ran, or "" */
    uint64_t pc;
    const char *line; /* one line of text */
    const char *tail; /* end of the kernel log; need not be terminated */
    size_t tail_size; /* bytes; the beginning is cut if it is too long */
};

enum bank_words_state {
    BANK_WORDS_NONE,    /* nobody left any */
    BANK_WORDS_NEW,     /* not printed yet */
    BANK_WORDS_TOLD,    /* printed by an earlier start */
    BANK_WORDS_DAMAGED, /* there are some, but the check fails */
};

/* Replaces the last words.  For panic(): asserts nothing, needs no directory,
 * and does nothing without a bank. */
void bank_last_words_write(const struct bank_last_words *words);

/* Fetches the last words; the texts stay valid until the next write.  With
 * NONE and DAMAGED words is all empty. */
enum bank_words_state bank_last_words_read(struct bank_last_words *words);

/* The words have been printed: from now on they are BANK_WORDS_TOLD. */
void bank_last_words_told(void);

#endif
