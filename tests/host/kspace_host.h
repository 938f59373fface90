/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What tests see of the fake kernel space.
 */
#ifndef TESTS_HOST_KSPACE_HOST_H
#define TESTS_HOST_KSPACE_HOST_H

#include <stdbool.h>
#include <stddef.h>

struct kspace_host {
    const void *bank; /* as mapped */
    size_t bank_size;
    unsigned unlocked; /* pages of it, as often as it was asked for */
    bool watch;      /* compare all of the metadata at each lock and unlock */
    unsigned stores; /* as often as that was asked for, so far */
    void *window;    /* NULL: closed */
    int tables_left; /* kspace_table() fails after so many; -1: never */
};

extern struct kspace_host kspace_host;

#endif
