/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The archive: whole ones are read, and no damage gets past the hash or makes
 * the reader look outside.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) boot/archive.c */
#include "boot/archive.h"
#include "kernel/string.h"
#include "test.h"

#define LABEL_MAGIC 0x3143524153525052ull
#define ARCHIVE_SIZE (4 * K_PAGE_SIZE)

/* What the image maker would write: a label, two files, the end. */
static _Alignas(K_PAGE_SIZE) char archive[ARCHIVE_SIZE];
static size_t archive_used;

static void put(const char *text)
{
    memcpy(archive + archive_used, text, strlen(text));
    archive_used += strlen(text);
}

/* One entry; its data begin at data_at if that is not 0. */
static char *entry_add(const char *name, const char *data, size_t size,
                       size_t data_at)
{
    size_t header_at = archive_used, name_size = strlen(name) + 1;
    char header[111];
    char *place;

    if (data_at != 0)
        name_size = data_at - header_at - 110;
    snprintf(header, sizeof(header),
             "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x", 1,
             0100644, 0, 0, 1, 0, size, 0, 0, 0, 0, name_size, 0);
    put(header);
    strcpy(archive + archive_used, name);
    archive_used = (header_at + 110 + name_size + 3) & ~(size_t)3;
    place = archive + archive_used;
    memcpy(place, data, size);
    archive_used = (archive_used + size + 3) & ~(size_t)3;
    return place;
}

static int setup(void **state)
{
    uint64_t label[4] = {LABEL_MAGIC};
    uint64_t *place;

    (void)state;
    memset(archive, 0, sizeof(archive));
    archive_used = 0;
    place = (uint64_t *)(void *)entry_add("reprise.archive", (char *)label,
                                          sizeof(label), K_PAGE_SIZE);
    entry_add("first", "the first file", 14, 2 * K_PAGE_SIZE);
    entry_add("second", "2", 1, 0);
    entry_add("TRAILER!!!", "", 0, 0);
    archive_used = (archive_used + 7) & ~(size_t)7;
    place[1] = archive_used;
    place[2] = crc32c_twin(archive, archive_used, HASH_START);
    return 0;
}

static void test_whole(void **state)
{
    struct archive_file file;

    (void)state;
    assert_null(archive_open(archive, archive_used));
    assert_int_equal(archive_find("first", &file), K_OK);
    assert_int_equal(file.size, 14);
    assert_ptr_equal(file.data, archive + 2 * K_PAGE_SIZE);
    assert_int_equal(archive_find("second", &file), K_OK);
    assert_memory_equal(file.data, "2", 1);
    assert_int_equal(archive_find("firs", &file), K_EUNKNOWN);
    assert_int_equal(archive_find("", &file), K_EUNKNOWN);
    assert_int_equal(archive_find("TRAILER!!!", &file), K_EUNKNOWN);
    assert_true(archive_file_at(2, &file));
    assert_false(archive_file_at(3, &file));
}

/* A loader may round the size up. */
static void test_longer_than_it_says(void **state)
{
    (void)state;
    assert_null(archive_open(archive, sizeof(archive)));
}

static void test_cut_short(void **state)
{
    (void)state;
    for (size_t size = 0; size < archive_used; size++) {
        /* On the heap, where the sanitizer sees a read past the end. */
        void *copy = aligned_alloc(K_PAGE_SIZE, ARCHIVE_SIZE);
        char *end = (char *)copy + ARCHIVE_SIZE;

        memcpy(end - (size & ~(size_t)7), archive, size & ~(size_t)7);
        assert_non_null(archive_open(end - (size & ~(size_t)7),
                                     size & ~(size_t)7));
        free(copy);
    }
}

static void test_each_bit(void **state)
{
    (void)state;
    for (size_t at = 0; at < archive_used; at++) {
        for (int bit = 0; bit < 8; bit++) {
            archive[at] ^= (char)(1 << bit);
            assert_non_null(archive_open(archive, archive_used));
            archive[at] ^= (char)(1 << bit);
        }
    }
    assert_null(archive_open(archive, archive_used));
}

/* Headers that lie, under a hash that is right. */
static void test_lying_headers(void **state)
{
    uint64_t seed = test_seed();
    uint64_t *label = (uint64_t *)(void *)(archive + K_PAGE_SIZE);
    struct archive_file file;

    for (unsigned i = 0; i < 20000; i++) {
        setup(state);
        for (unsigned j = test_random_below(&seed, 4) + 1; j > 0; j--) {
            size_t at = K_PAGE_SIZE + sizeof(uint64_t[4]);

            at += test_random_below(&seed, archive_used - at);
            archive[at] = "0f7\0\xff"[test_random_below(&seed, 5)];
        }
        label[2] = 0;
        label[2] = crc32c_twin(archive, archive_used, HASH_START);
        if (archive_open(archive, archive_used) != NULL)
            continue;
        for (unsigned f = 0; archive_file_at(f, &file); f++) {
            assert_true((const char *)file.data >= archive);
            assert_true((const char *)file.data + file.size <=
                        archive + archive_used);
            assert_true(strlen(file.name) < archive_used);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_whole, setup),
        cmocka_unit_test_setup(test_longer_than_it_says, setup),
        cmocka_unit_test_setup(test_cut_short, setup),
        cmocka_unit_test_setup(test_each_bit, setup),
        cmocka_unit_test_setup(test_lying_headers, setup),
    };

    return cmocka_run_group_tests_name("archive", tests, NULL, NULL);
}
