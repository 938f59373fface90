/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Actor images.  The archive comes from outside, so nothing in a file is
 * believed before it is checked: every offset against the file, every address
 * against what an actor may have.
 */
#include "kernel/image.h"

#include "arch/arch.h"
#include "kernel/assert.h"
#include "kernel/elf.h"
#include "kernel/string.h"
#include "mm/kspace.h"
#include "mm/stock.h"

/* An image ends below the main thread's stack, with room for a heap. */
#define IMAGE_MAX (ASPACE_STACK_TOP / 2)

static struct {
    struct stock stock;
    struct avl by_name;
    unsigned round; /* 0: none has begun */
    bool in_round;
} images;

#define BY_NAME(node) AVL_ENTRY(node, struct image, by_name)

void image_init(unsigned count)
{
    stock_init(&images.stock, sizeof(struct image), count);
    images.by_name = (struct avl){.root = NULL};
}

/* A piece of the file, or NULL when the file does not hold all of it. */
static const void *file_at(const struct archive_file *file, uint64_t offset,
                           uint64_t size)
{
    if (offset > file->size || size > file->size - offset)
        return NULL;
    return (const char *)file->data + offset;
}

/* The same of a table of count entries of so many bytes, which must lie where
 * the processor can read them. */
static const void *table_at(const struct archive_file *file, uint64_t offset,
                            uint64_t count, uint64_t entry_size)
{
    if (offset % sizeof(uint64_t) != 0)
        return NULL;
    return file_at(file, offset, count * entry_size);
}

static KnError header_check(const struct archive_file *file,
                            const struct elf_header **header)
{
    const struct elf_header *elf = file_at(file, 0, sizeof(*elf));

    if (elf == NULL || !page_aligned((uintptr_t)file->data))
        return K_ENOEXEC;
    if (memcmp(elf->magic, ELF_MAGIC, sizeof(ELF_MAGIC) - 1) != 0)
        return K_ENOEXEC;
    if (elf->type != ELF_TYPE_EXECUTABLE || elf->machine != ARCH_ELF_MACHINE)
        return K_ENOEXEC;
    if (elf->segment_size != sizeof(struct elf_segment))
        return K_ENOEXEC;
    *header = elf;
    return K_OK;
}

static KnError segment_check(const struct image *image,
                             const struct elf_segment *elf)
{
    const struct image_segment *last = NULL;

    if (image->segment_count > 0)
        last = &image->segments[image->segment_count - 1];
    if (elf->file_size > elf->memory_size)
        return K_ENOEXEC;
    if (file_at(&image->file, elf->offset, elf->file_size) == NULL)
        return K_ENOEXEC;
    if (!page_aligned(elf->address | elf->offset))
        return K_ENOEXEC;
    if (elf->address < ASPACE_MIN || elf->address > IMAGE_MAX ||
        elf->memory_size > IMAGE_MAX - elf->address)
        return K_ENOEXEC;
    if (last != NULL && elf->address < page_up(last->start + last->size))
        return K_ENOEXEC;
    if ((elf->flags & ELF_FLAG_WRITE) && (elf->flags & ELF_FLAG_EXECUTE))
        return K_ENOEXEC;
    /* What is shared comes from the file alone. */
    if (!(elf->flags & ELF_FLAG_WRITE) && elf->file_size != elf->memory_size)
        return K_ENOEXEC;
    return K_OK;
}

static void segment_add(struct image *image, const struct elf_segment *elf)
{
    struct image_segment *segment = &image->segments[image->segment_count++];

    *segment = (struct image_segment){
        .start = elf->address,
        .size = elf->memory_size,
        .file_size = elf->file_size,
        .file_offset = elf->offset,
    };
    if (elf->flags & ELF_FLAG_EXECUTE) {
        segment->options = K_EXECUTABLE;
        /* Run in place: the loader wrote it as data. */
        arch_code_sync(file_at(&image->file, elf->offset, elf->file_size),
                       elf->file_size);
    }
    if (elf->flags & ELF_FLAG_WRITE) {
        segment->options = K_WRITABLE;
        segment->check =
            crc32c(file_at(&image->file, elf->offset, elf->file_size),
                   elf->file_size);
    }
}

static KnError segments_load(struct image *image,
                             const struct elf_header *header)
{
    const struct elf_segment *elf =
        table_at(&image->file, header->segment_offset, header->segment_count,
                 sizeof(*elf));

    if (elf == NULL)
        return K_ENOEXEC;
    for (unsigned i = 0; i < header->segment_count; i++) {
        if (elf[i].type != ELF_LOAD || elf[i].memory_size == 0)
            continue;
        if (image->segment_count == IMAGE_SEGMENTS_MAX ||
            segment_check(image, &elf[i]) != K_OK)
            return K_ENOEXEC;
        segment_add(image, &elf[i]);
    }
    return K_OK;
}

static bool entry_is_code(const struct image *image)
{
    for (unsigned i = 0; i < image->segment_count; i++) {
        const struct image_segment *segment = &image->segments[i];

        if ((segment->options & K_EXECUTABLE) &&
            image->entry - segment->start < segment->size)
            return true;
    }
    return false;
}

static KnError image_load(struct image *image, const struct archive_file *file)
{
    const struct elf_header *header;
    KnError error = header_check(file, &header);

    if (error != K_OK)
        return error;
    *image = (struct image){.file = *file, .entry = header->entry};
    error = segments_load(image, header);
    if (error == K_OK && !entry_is_code(image))
        error = K_ENOEXEC;
    return error;
}

/* Where an image of that name is, or would be. */
struct place {
    struct avl_node *node; /* NULL: there is none */
    struct avl_node *parent;
    unsigned side;
};

static struct place place_find(const char *name)
{
    struct place place = {.node = images.by_name.root};

    while (place.node != NULL) {
        int order = strcmp(name, BY_NAME(place.node)->file.name);

        if (order == 0)
            break;
        place.parent = place.node;
        place.side = order > 0;
        place.node = place.node->child[place.side];
    }
    return place;
}

KnError image_open(const char *name, struct image **image)
{
    struct place place = place_find(name);
    struct archive_file file;
    KnError error;

    if (place.node != NULL) {
        *image = BY_NAME(place.node);
        (*image)->users++;
        return K_OK;
    }
    error = archive_find(name, &file);
    if (error != K_OK)
        return error;
    *image = stock_take(&images.stock);
    error = image_load(*image, &file);
    if (error != K_OK) {
        stock_give(&images.stock, *image);
        return error;
    }
    (*image)->users = 1;
    avl_insert(&images.by_name, place.parent, place.side,
               &(*image)->by_name);
    return K_OK;
}

void image_close(struct image *image)
{
    ASSERT(image->users > 0);
    if (--image->users > 0)
        return;
    avl_remove(&images.by_name, &image->by_name);
    stock_give(&images.stock, image);
}

void image_round_begin(void)
{
    ASSERT(!images.in_round);
    images.in_round = true;
    images.round++;
}

void image_round_end(void)
{
    images.in_round = false;
}

/* The bytes that a life begins with, or NULL when they are not what they
 * were. */
static const void *data_pristine(const struct image *image,
                                 struct image_segment *segment)
{
    const void *bytes =
        file_at(&image->file, segment->file_offset, segment->file_size);

    if (images.in_round && segment->round == images.round)
        return bytes;
    if (crc32c(bytes, segment->file_size) != segment->check)
        return NULL;
    segment->round = images.round;
    return bytes;
}

static KnError data_build(const struct image *image, struct aspace *space,
                          struct image_segment *segment)
{
    const void *pristine = data_pristine(image, segment);
    struct region like = {
        .start = segment->start,
        .size = page_up(segment->size),
        .options = K_WRITABLE,
        .kind = K_RGN_DATA,
    };

    if (pristine == NULL)
        return K_EFAIL;
    if (aspace_add_memory(space, &like) != K_OK)
        return K_ENOMEM;
    aspace_fill(space, segment->start, pristine, segment->file_size);
    return K_OK;
}

KnError image_build(struct image *image, struct aspace *space)
{
    paddr_t file = kspace_physical(image->file.data);

    for (unsigned i = 0; i < image->segment_count; i++) {
        struct image_segment *segment = &image->segments[i];
        KnError error;

        if (segment->options & K_WRITABLE)
            error = data_build(image, space, segment);
        else
            error = aspace_share(space, segment->start,
                                 page_up(segment->size),
                                 paddr_add(file, segment->file_offset),
                                 segment->options);
        if (error != K_OK)
            return error;
    }
    return K_OK;
}

KnError image_restore(struct image *image, struct aspace *space)
{
    for (unsigned i = 0; i < image->segment_count; i++) {
        struct image_segment *segment = &image->segments[i];
        const void *pristine;

        if ((segment->options & K_WRITABLE) == 0)
            continue;
        pristine = data_pristine(image, segment);
        if (pristine == NULL)
            return K_EFAIL;
        aspace_restore(space, segment->start, page_up(segment->size), pristine,
                       segment->file_size);
    }
    return K_OK;
}

static const struct elf_section *symbols_find(const struct archive_file *file,
                                              const struct elf_section **names)
{
    const struct elf_header *header = file->data;
    const struct elf_section *section =
        table_at(file, header->section_offset, header->section_count,
                 sizeof(*section));

    if (section == NULL || header->section_size != sizeof(*section))
        return NULL;
    for (unsigned i = 0; i < header->section_count; i++) {
        if (section[i].type != ELF_SECTION_SYMBOLS ||
            section[i].link >= header->section_count)
            continue;
        *names = &section[section[i].link];
        return &section[i];
    }
    return NULL;
}

bool image_symbol(const struct archive_file *file, uint64_t address,
                  const char **name, uint64_t *offset)
{
    const struct elf_section *names, *table;
    const struct elf_symbol *symbol;
    const char *text;

    table = symbols_find(file, &names);
    if (table == NULL)
        return false;
    symbol = table_at(file, table->offset, table->size / sizeof(*symbol),
                      sizeof(*symbol));
    text = file_at(file, names->offset, names->size);
    if (symbol == NULL || text == NULL || names->size == 0 ||
        text[names->size - 1] != '\0')
        return false;
    for (uint64_t i = 0; i < table->size / sizeof(*symbol); i++) {
        if ((symbol[i].info & 15) != ELF_SYMBOL_FUNCTION ||
            address - symbol[i].value >= symbol[i].size ||
            symbol[i].name >= names->size)
            continue;
        *name = text + symbol[i].name;
        *offset = address - symbol[i].value;
        return true;
    }
    return false;
}
