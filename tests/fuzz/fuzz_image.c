/* SPDX-License-Identifier: BSD-2-Clause
 *
 * An ELF file of the archive: a good one, damaged, or just bytes.  What is
 * refused leaves nothing; what is not is laid out, looked into for symbols,
 * and taken away again.
 */
/* sources: kernel/image.c kernel/avl.c $(FUZZ_MM) $(FUZZ_FAKE) */
/* sources: kernel/text.c tests/fuzz/damage.c */
#include <sanitizer/asan_interface.h>
#include <string.h>

#include "damage.h"
#include "fake.h"
#include "kernel/elf.h"
#include "kernel/image.h"
#include "mm/frame.h"

#define FILE_AT (FAKE_RAM_BASE + 0x800000ull)
#define FILE_MAX (4 * PAGE_SIZE)
#define MEMORY_AT (FAKE_RAM_BASE + 0x1000000ull)
#define MEMORY_PAGES 600u
#define REGIONS 100u
#define SYMBOLS_AT 0x100
#define SECTIONS_AT 0x400
#define NAMES_AT 0x300

static struct {
    struct boot_info info;
    struct archive_file file;
    uint64_t frames;
    unsigned regions;
} fuzz;

KnError archive_find(const char *name, struct archive_file *file)
{
    (void)name;
    *file = fuzz.file;
    return K_OK;
}

static void begin(void)
{
    static const struct quota_rule all[QUOTA_KINDS] = {
        [QUOTA_FRAMES] = {.limit = 500, .limit_all = 600},
        [QUOTA_REGIONS] = {.limit = 100, .limit_all = 100},
        [QUOTA_THREADS] = {.limit = 1, .limit_all = 1},
    };

    fuzz.info.range_count = 1;
    fuzz.info.ranges[0] =
        (struct boot_range){paddr(MEMORY_AT), MEMORY_PAGES * PAGE_SIZE};
    frame_init(&fuzz.info, NULL, 0);
    region_init(REGIONS);
    image_init(2);
    quota_init(all, 0);
    fuzz.frames = frame_available();
    fuzz.regions = region_available();
}

static void symbols_make(uint8_t *file)
{
    struct elf_symbol symbols[3] = {
        {0},
        {1, ELF_SYMBOL_FUNCTION, 0, 1, 0x400000, 64},
        {6, ELF_SYMBOL_FUNCTION, 0, 1, 0x400040, 64},
    };
    struct elf_section sections[3] = {
        {0},
        {.type = ELF_SECTION_SYMBOLS, .offset = SYMBOLS_AT,
         .size = sizeof(symbols), .link = 2},
        {.offset = NAMES_AT, .size = 11},
    };

    memcpy(file + SYMBOLS_AT, symbols, sizeof(symbols));
    memcpy(file + NAMES_AT, "\0main\0next\0", 11);
    memcpy(file + SECTIONS_AT, sections, sizeof(sections));
}

static void file_make(uint8_t *file)
{
    struct elf_header header = {
        .magic = ELF_MAGIC,
        .type = ELF_TYPE_EXECUTABLE,
        .machine = ARCH_ELF_MACHINE,
        .entry = 0x400000,
        .segment_offset = sizeof(header),
        .section_offset = SECTIONS_AT,
        .segment_size = sizeof(struct elf_segment),
        .segment_count = 2,
        .section_size = sizeof(struct elf_section),
        .section_count = 3,
    };
    struct elf_segment segments[2] = {
        {.type = ELF_LOAD, .flags = ELF_FLAG_EXECUTE, .offset = PAGE_SIZE,
         .address = 0x400000, .file_size = PAGE_SIZE, .memory_size = PAGE_SIZE},
        {.type = ELF_LOAD, .flags = ELF_FLAG_WRITE, .offset = 2 * PAGE_SIZE,
         .address = 0x401000, .file_size = 100, .memory_size = 5000},
    };

    memset(file, 0x5a, FILE_MAX);
    memcpy(file, &header, sizeof(header));
    memcpy(file + sizeof(header), segments, sizeof(segments));
    symbols_make(file);
}

/* The file is all that may be read of its place. */
static void file_open(const uint8_t *data, size_t size)
{
    uint8_t *file = fake_ram(paddr(FILE_AT), FILE_MAX);

    ASAN_UNPOISON_MEMORY_REGION(file, FILE_MAX);
    fuzz.file = (struct archive_file){"fuzz", file, 3 * PAGE_SIZE};
    if (data[0] % 4 == 0) {
        fuzz.file.size = size - 1 < FILE_MAX ? size - 1 : FILE_MAX;
        memcpy(file, data + 1, fuzz.file.size);
    } else {
        file_make(file);
        /* Most of what counts lies in front. */
        damage(file, data[0] % 4 == 1 ? SECTIONS_AT + 256 : 192, data + 1,
               size - 1);
    }
    ASAN_POISON_MEMORY_REGION(file + fuzz.file.size,
                              FILE_MAX - fuzz.file.size);
}

static void symbols_look(const struct image *image)
{
    static const uint64_t places[] = {0x400000, 0x400050, 0, ~0ull, 0x401000};
    const char *name;
    uint64_t offset;

    for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (image_symbol(&image->file, places[i], &name, &offset))
            (void)strlen(name);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct image *image;
    struct aspace space;

    if (fuzz.frames == 0)
        begin();
    if (size == 0)
        return 0;
    file_open(data, size);
    if (image_open("fuzz", &image) != K_OK)
        return 0;
    symbols_look(image);
    if (aspace_create(&space, false) != K_OK)
        broken("no space");
    aspace_activate(&space);
    (void)!image_build(image, &space);
    if (aspace_allows(&space, uaddr(0), 1, false))
        broken("an image is at address 0");
    aspace_destroy(&space);
    image_close(image);
    if (frame_available() != fuzz.frames || region_available() != fuzz.regions)
        broken("an image has left something");
    return 0;
}
