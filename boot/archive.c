/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Reading the archive.  An entry is
 *
 *     110-byte header | name, NUL, padding | data | padding
 *
 * with thirteen numbers of eight hexadecimal digits in the header.  The image
 * maker pads names with NULs until the data begins on a page.  Its first
 * entry, "reprise.archive", holds a magic word, the size of the archive and
 * the check (crc32c_twin() of kernel/string.h) of all its bytes, the check
 * itself counted as zero: damage by a loader or a bad medium is seen before
 * anything runs.
 */
#include "boot/archive.h"

#include "kernel/assert.h"
#include "kernel/string.h"

#define NEWC_HEADER_SIZE 110
#define NEWC_FIELD(index) (6 + (index) * 8)
#define NEWC_FILE_SIZE NEWC_FIELD(6)
#define NEWC_NAME_SIZE NEWC_FIELD(11)

#define LABEL_NAME "reprise.archive"
#define LABEL_MAGIC 0x3143524153525052ull /* "RPRSARC1" */
#define LAST_NAME "TRAILER!!!"

/* Data of the first entry. */
struct label {
    uint64_t magic, size, check, files;
};

static struct {
    const char *start;
    size_t size;
} archive;

static bool parse_hex(const char *digits, size_t *value)
{
    *value = 0;
    for (int i = 0; i < 8; i++) {
        char c = digits[i];
        unsigned digit;

        if (c >= '0' && c <= '9')
            digit = (unsigned)(c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            digit = (unsigned)((c | 32) - 'a' + 10);
        else
            return false;
        *value = *value << 4 | digit;
    }
    return true;
}

/* Reads the entry at offset and says where the next begins.  False: there is
 * no whole entry there. */
static bool entry_read(size_t offset, struct archive_file *file, size_t *next)
{
    const char *header = archive.start + offset;
    size_t name_size, data_at;

    if (offset > archive.size || archive.size - offset < NEWC_HEADER_SIZE)
        return false;
    if (memcmp(header, "070701", 6) != 0)
        return false;
    if (!parse_hex(header + NEWC_NAME_SIZE, &name_size) ||
        !parse_hex(header + NEWC_FILE_SIZE, &file->size))
        return false;
    data_at = (offset + NEWC_HEADER_SIZE + name_size + 3) & ~(size_t)3;
    *next = (data_at + file->size + 3) & ~(size_t)3;
    if (name_size == 0 || data_at > archive.size ||
        file->size > archive.size - data_at)
        return false;
    file->name = header + NEWC_HEADER_SIZE;
    file->data = archive.start + data_at;
    return strnlen(file->name, name_size) < name_size;
}

/* In pieces of whole pairs of words, as the tool that makes archives does. */
static uint64_t archive_check(const struct label *label)
{
    const char *hole = (const char *)&label->check;
    const char *rest = (const char *)(label + 1);
    const uint64_t counted[2] = {0, label->files};
    uint64_t check = HASH_START;

    check = crc32c_twin(archive.start, (size_t)(hole - archive.start), check);
    check = crc32c_twin(counted, sizeof(counted), check);
    return crc32c_twin(rest, (size_t)(archive.start + archive.size - rest),
                       check);
}

static const char *label_check(const struct archive_file *file)
{
    const struct label *label = file->data;
    const char *label_end = (const char *)(label + 1);

    if (strcmp(file->name, LABEL_NAME) != 0 || file->size < sizeof(*label) ||
        (uintptr_t)label % sizeof(uint64_t) != 0)
        return "its first entry is not " LABEL_NAME;
    if (label->magic != LABEL_MAGIC)
        return "its label has a wrong magic word";
    if (label->size > archive.size)
        return "it is cut short";
    if (label->size < (size_t)(label_end - archive.start))
        return "its label has a wrong size";
    archive.size = label->size;
    if (label->check != archive_check(label))
        return "its hash does not match: the data is damaged";
    return NULL;
}

const char *archive_open(const void *start, size_t size)
{
    struct archive_file file;
    size_t offset = 0;
    const char *wrong;

    archive.start = start;
    archive.size = size;
    if (!entry_read(0, &file, &offset))
        return "it is not a newc cpio archive";
    wrong = label_check(&file);
    if (wrong != NULL)
        return wrong;
    while (strcmp(file.name, LAST_NAME) != 0) {
        if (!entry_read(offset, &file, &offset))
            return "it has a damaged entry";
    }
    return NULL;
}

bool archive_file_at(unsigned index, struct archive_file *file)
{
    size_t offset = 0;

    for (unsigned i = 0; entry_read(offset, file, &offset); i++) {
        if (strcmp(file->name, LAST_NAME) == 0)
            return false;
        if (i == index)
            return true;
    }
    return false;
}

KnError archive_find(const char *name, struct archive_file *file)
{
    size_t offset = 0;

    while (entry_read(offset, file, &offset) &&
           strcmp(file->name, LAST_NAME) != 0) {
        if (strcmp(file->name, name) == 0)
            return K_OK;
    }
    return K_EUNKNOWN;
}
