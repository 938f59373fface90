/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Exploring: from an empty bank, all sequences of changes up to some length;
 * each change, in each state that is new, is cut short at every store, with
 * every set of lines lost; then the bank is opened and must be as before the
 * change or as after it.  Some of the openings are cut short as well.
 */
#ifndef TESTS_CUT_EXPLORE_H
#define TESTS_CUT_EXPLORE_H

#include "world.h"

struct plan {
    const struct change *changes; /* what may be done in each state */
    unsigned change_count;
    unsigned depth;        /* changes in a row */
    unsigned nested_every; /* one in so many changes: openings are cut, too */
    unsigned nesting;      /* so many of them in a row */
    unsigned exhaustive;   /* states of one point that are all visited */
    unsigned samples;      /* of a point with more */
};

struct explored {
    unsigned states, changes, nested, deepest;
};

/* Goes through all of it.  The verdicts are counted by world.h. */
struct explored explore(const struct plan *plan, uint64_t seed);

#endif
