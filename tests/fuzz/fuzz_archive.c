/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The archive of actors, as a loader might bring it: a good one, damaged, and
 * with its hash made right again (a medium damages, an enemy repairs); or
 * just bytes.
 */
/* sources: boot/archive.c kernel/text.c tests/fuzz/damage.c */
/* sources: $(FUZZ_FAKE) */
#include "boot/archive.h"

#include <stdio.h>
#include <string.h>

#include "damage.h"
#include "kernel/string.h"

#define ARCHIVE_MAX 4096
#define LABEL_AT 128
#define HASH_AT (LABEL_AT + 16)

static struct {
    uint8_t bytes[ARCHIVE_MAX];
    size_t size;
} made;

static void entry_add(const char *name, const void *data, size_t size)
{
    char header[111];
    size_t name_size = strlen(name) + 1;

    snprintf(header, sizeof(header), "070701%08x%08x%08x%08x%08x%08x%08zx"
             "%08x%08x%08x%08x%08zx%08x", 1, 0x81a4, 0, 0, 1, 0, size, 0, 0,
             0, 0, name_size, 0);
    memcpy(made.bytes + made.size, header, 110);
    memcpy(made.bytes + made.size + 110, name, name_size);
    made.size = (made.size + 110 + name_size + 3) & ~(size_t)3;
    if (size > 0)
        memcpy(made.bytes + made.size, data, size);
    made.size = (made.size + size + 3) & ~(size_t)3;
}

/* The label's data begin at a multiple of eight, 128 here. */
static void archive_make(void)
{
    uint64_t label[4] = {0x3143524153525052ull};

    memset(&made, 0, sizeof(made));
    entry_add("reprise.archive", label, sizeof(label));
    entry_add("supervisor", "\177ELF", 4);
    entry_add("sysadm.ini", "arun hello\n", 11);
    entry_add("TRAILER!!!", NULL, 0);
    memcpy(made.bytes + LABEL_AT + 8, &made.size, 8);
}

static void hash_repair(void)
{
    uint64_t hash = 0;

    memcpy(made.bytes + HASH_AT, &hash, 8);
    hash = crc32c_twin(made.bytes, made.size, HASH_START);
    memcpy(made.bytes + HASH_AT, &hash, 8);
}

/* Whatever it finds lies in the archive. */
static void look(const uint8_t *bytes, size_t size)
{
    struct archive_file file;
    unsigned files = 0;

    for (; archive_file_at(files, &file); files++) {
        const uint8_t *data = file.data;

        if (data < bytes || file.size > size ||
            data + file.size > bytes + size || files > size / 110)
            broken("a file is not in the archive");
        if (strlen(file.name) > size)
            broken("a name has no end");
    }
    (void)!archive_find("supervisor", &file);
    (void)!archive_find("no such file", &file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *bytes = data;
    bool good = size == 1 && data[0] % 4 == 2;

    if (size == 0)
        return 0;
    if (data[0] % 4 == 0) {
        bytes = exact_copy(data + 1, --size);
    } else {
        archive_make();
        damage(made.bytes, made.size, data + 1, size - 1);
        if (data[0] % 4 != 1)
            hash_repair();
        size = data[0] % 4 == 3 ? made.size - data[0] % made.size / 2
                                : made.size;
        bytes = exact_copy(made.bytes, size);
    }
    if (archive_open(bytes, size) == NULL)
        look(bytes, size);
    else if (good)
        broken("a good archive is refused");
    return 0;
}
