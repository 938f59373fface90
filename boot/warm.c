/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Restarts in place.
 */
#include "boot/warm.h"

#include "boot/boot_info.h"
#include "boot/image.h"
#include "drivers/power.h"
#include "kernel/string.h"

static uint64_t image_hash(void)
{
    return crc32c_twin(image_start, (size_t)(image_end - image_start),
                       HASH_START);
}

void warm_prepare(void)
{
    boot_info.image_hash = image_hash();
    memcpy(image_spare, image_start, (size_t)(image_end - image_start));
}

/* Only what a checksum vouches for may be trusted: when the record and its copy
 * are damaged, or the image and its, the way down leads to the firmware. */
void warm_begin(bool restored)
{
    if (!boot_info_recover() || boot_info.image_hash != image_hash())
        power_reset();
    boot_info.cause = BOOT_WARM;
    boot_info.image_restored = restored;
    boot_info_seal();
}
