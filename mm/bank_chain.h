/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  Numbers (slots, owners) by the hash of a text that belongs to each,
 * so that those with a text are found however many there are.
 *
 *      first[hash]  ->  link  <->  link  <->  link
 *
 * Nobody fills the tables: a link means something once a number up to its own
 * was added, and first[] wherever the link that it leads to leads back.  What
 * is in there before is whatever RAM held.
 */
#ifndef MM_BANK_CHAIN_H
#define MM_BANK_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#define BANK_CHAIN_END UINT32_MAX   /* no number behind that */
#define BANK_CHAIN_NONE UINT32_MAX  /* in no chain */
#define BANK_CHAIN_HEAD 0x80000000u /* and the index in first[] */

struct bank_link {
    uint32_t hash;
    uint32_t next;   /* BANK_CHAIN_END: it is the last */
    uint32_t before; /* or BANK_CHAIN_HEAD, or BANK_CHAIN_NONE */
};

struct bank_chains {
    uint32_t *first;
    struct bank_link *links;
    uint32_t mask;  /* of a hash, to be an index in first[] */
    uint32_t known; /* links from there on mean nothing yet */
};

/* Makes chains for the numbers below count, which may be 0; no number is in
 * one.  False: no memory for them. */
bool bank_chains_init(struct bank_chains *chains, unsigned count)
    __attribute__((warn_unused_result));

/* Adds a number that is in no chain; takes one out that is. */
void bank_chain_add(struct bank_chains *chains, uint32_t number,
                    uint32_t hash);
void bank_chain_remove(struct bank_chains *chains, uint32_t number);

/* A number with that hash, and another one with the same hash as a number;
 * or BANK_CHAIN_END. */
static inline uint32_t bank_chain_skip(const struct bank_chains *chains,
                                       uint32_t number, uint32_t hash)
{
    while (number != BANK_CHAIN_END && chains->links[number].hash != hash)
        number = chains->links[number].next;
    return number;
}

static inline uint32_t bank_chain_find(const struct bank_chains *chains,
                                       uint32_t hash)
{
    uint32_t index = hash & chains->mask, number = chains->first[index];

    if (number >= chains->known ||
        chains->links[number].before != (BANK_CHAIN_HEAD | index))
        return BANK_CHAIN_END;
    return bank_chain_skip(chains, number, hash);
}

static inline uint32_t bank_chain_next(const struct bank_chains *chains,
                                       uint32_t number)
{
    const struct bank_link *link = &chains->links[number];

    return bank_chain_skip(chains, link->next, link->hash);
}

#endif
