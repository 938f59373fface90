/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The one boot record, in the part of RAM that no start clears.
 */
#include "boot/boot_info.h"

#include "kernel/string.h"

struct boot_info boot_info __attribute__((section(".keep")));

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

bool boot_info_valid(void)
{
    return boot_info.magic == BOOT_INFO_MAGIC &&
           boot_info.check == boot_info_hash();
}
