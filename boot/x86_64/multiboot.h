/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The tables of the Multiboot 1 and 2 specifications, as far as they are read.
 */
#ifndef BOOT_X86_64_MULTIBOOT_H
#define BOOT_X86_64_MULTIBOOT_H

#include <stdint.h>

#define MB1_LOADER_MAGIC 0x2badb002u
#define MB2_LOADER_MAGIC 0x36d76289u

#define MB1_HAS_COMMAND_LINE (1u << 2)
#define MB1_HAS_MODULES (1u << 3)
#define MB1_HAS_MEMORY_MAP (1u << 6)
#define MB1_HAS_LOADER_NAME (1u << 9)

struct mb1_info {
    uint32_t flags, mem_lower, mem_upper, boot_device, command_line;
    uint32_t module_count, modules, symbols[4];
    uint32_t memory_map_size, memory_map;
    uint32_t drives_size, drives, config_table, loader_name;
};

struct mb1_module {
    uint32_t start, end, text, reserved;
};

struct mb1_range {
    uint32_t entry_size; /* of what follows it */
    uint64_t start, size;
    uint32_t type;
} __attribute__((packed));

#define MB_RANGE_RAM 1u

enum mb2_tag_type {
    MB2_END = 0,
    MB2_COMMAND_LINE = 1,
    MB2_LOADER_NAME = 2,
    MB2_MODULE = 3,
    MB2_MEMORY_MAP = 6,
    MB2_ACPI_OLD = 14,
    MB2_ACPI_NEW = 15,
};

struct mb2_info {
    uint32_t size, reserved;
};

struct mb2_tag {
    uint32_t type, size; /* size without the padding to 8 bytes */
};

struct mb2_module {
    struct mb2_tag tag;
    uint32_t start, end;
    char text[];
};

struct mb2_memory_map {
    struct mb2_tag tag;
    uint32_t entry_size, entry_version;
};

struct mb2_range {
    uint64_t start, size;
    uint32_t type, reserved;
};

#endif
