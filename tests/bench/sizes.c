/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What one object of a kind takes in the kernel's tables: compiled as the
 * kernel is, never linked; sizes.py reads the sizes of these arrays.
 */
#include "kernel/actor.h"
#include "kernel/image.h"
#include "kernel/thread.h"
#include "mm/bank_core.h"
#include "mm/region.h"

#define SIZE_OF(name, type) const char size_of_##name[sizeof(type)] = {1}

SIZE_OF(actor, struct actor);
SIZE_OF(thread, struct thread);
SIZE_OF(image, struct image);
SIZE_OF(region, struct region);
SIZE_OF(bank_entry, struct bank_entry);
