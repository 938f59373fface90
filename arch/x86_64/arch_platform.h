/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the drivers of a PC must know of it and only the loader can say, or
 * what takes long to measure and does not change over a warm restart.
 */
#ifndef ARCH_PLATFORM_H
#define ARCH_PLATFORM_H

#include <stdint.h>

struct boot_platform {
    uint64_t tables;   /* firmware's own description, physical; 0: none */
    uint64_t timer_hz; /* 0: not measured yet */
    uint64_t clock_hz;
    uint32_t off_port, off_value; /* 0: no way to switch off */
    uint32_t enable_port, enable_value;
    uint32_t reset_port, reset_value;
};

#endif
