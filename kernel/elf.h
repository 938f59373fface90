/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The parts of ELF64 that an actor image is made of.
 */
#ifndef KERNEL_ELF_H
#define KERNEL_ELF_H

#include <stdint.h>

#define ELF_MAGIC "\177ELF\2\1\1" /* 64 bits, little endian, version 1 */
#define ELF_TYPE_EXECUTABLE 2
#define ELF_LOAD 1
#define ELF_FLAG_EXECUTE 1u
#define ELF_FLAG_WRITE 2u
#define ELF_SECTION_SYMBOLS 2
#define ELF_SYMBOL_FUNCTION 2

struct elf_header {
    unsigned char magic[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, segment_offset, section_offset;
    uint32_t flags;
    uint16_t header_size, segment_size, segment_count;
    uint16_t section_size, section_count, section_names;
};

struct elf_segment {
    uint32_t type, flags;
    uint64_t offset, address, physical, file_size, memory_size, align;
};

struct elf_section {
    uint32_t name, type;
    uint64_t flags, address, offset, size;
    uint32_t link, info;
    uint64_t align, entry_size;
};

struct elf_symbol {
    uint32_t name;
    unsigned char info, other;
    uint16_t section;
    uint64_t value, size;
};

#endif
