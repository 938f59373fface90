/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The one boot record, in the part of RAM that no start clears.
 */
#include "boot/boot_info.h"

#include "kernel/string.h"

struct boot_info boot_info __attribute__((section(".keep")));

/* As the loader's start left it, where no kernel can write. */
static struct boot_info spare __attribute__((section(".spare")));

static uint64_t boot_info_hash(void)
{
    return hash_words(&boot_info, offsetof(struct boot_info, check),
                      HASH_START);
}

void boot_info_seal(void)
{
    boot_info.magic = BOOT_INFO_MAGIC;
    boot_info.check = boot_info_hash();
}

void boot_info_keep(void)
{
    boot_info_seal();
    spare = boot_info;
}

/* The reason that stands there is that of an earlier restart. */
static void reason_unsaid(void)
{
    if (!boot_info.bare)
        return;
    boot_info.bare = false;
    boot_info.warm_count++;
    boot_info.warm_in_a_row++;
    boot_info.restart_counter = 0;
    string_copy(boot_info.restart_reason,
                "a panic that could not be told, inside another",
                sizeof(boot_info.restart_reason));
}

bool boot_info_recover(void)
{
    if (boot_info_valid()) {
        reason_unsaid();
        return true;
    }
    boot_info = spare;
    if (!boot_info_valid())
        return false;
    /* How many there have been in a row is not known any more: if the next
     * one does not help, the machine is reset. */
    boot_info.warm_in_a_row = SITE_RESTARTS_MAX - 1;
    boot_info.warm_count = 1;
    string_copy(boot_info.restart_reason,
                "not known: the record of it was damaged, and is restored",
                sizeof(boot_info.restart_reason));
    return true;
}

bool boot_info_valid(void)
{
    return boot_info.magic == BOOT_INFO_MAGIC &&
           boot_info.check == boot_info_hash();
}
