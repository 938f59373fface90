/* SPDX-License-Identifier: BSD-2-Clause
 *
 * CRC-32C: the values that RFC 3720 prints, and damage that it must see; and
 * two of them at once.
 */
/* sources: $(HOST_MACHINE) */
#include "arch/arch.h"
#include "kernel/string.h"
#include "test.h"

static uint64_t words[16];

static void test_known_values(void **state)
{
    unsigned char *bytes = (unsigned char *)words;

    (void)state;
    memset(words, 0, 32);
    assert_int_equal(crc32c(words, 32), 0x8a9136aa);
    memset(words, 0xff, 32);
    assert_int_equal(crc32c(words, 32), 0x62a8ab43);
    for (unsigned i = 0; i < 32; i++)
        bytes[i] = (unsigned char)i;
    assert_int_equal(crc32c(words, 32), 0x46dd794e);
    for (unsigned i = 0; i < 32; i++)
        bytes[i] = (unsigned char)(31 - i);
    assert_int_equal(crc32c(words, 32), 0x113fdb5c);
}

/* What is no whole word counts as if zeros followed. */
static void test_tail(void **state)
{
    char bytes[16] __attribute__((aligned(8))) = "abcdefghijk";
    uint32_t padded = crc32c(bytes, sizeof(bytes));

    (void)state;
    assert_int_equal(crc32c(bytes, 11), padded);
    bytes[12] = 'x';
    assert_int_equal(crc32c(bytes, 11), padded);
    assert_int_equal(crc32c(bytes, 0), 0);
}

/* Any one or two flipped bits, wherever they are. */
static void test_flips(void **state)
{
    enum { BITS = 8 * sizeof(words) };
    uint32_t whole;

    (void)state;
    for (unsigned i = 0; i < 16; i++)
        words[i] = i * 0x9e3779b97f4a7c15ull;
    whole = crc32c(words, sizeof(words));
    for (unsigned one = 0; one < BITS; one++) {
        words[one / 64] ^= 1ull << one % 64;
        assert_int_not_equal(crc32c(words, sizeof(words)), whole);
        for (unsigned two = one + 1; two < BITS; two += 61) {
            words[two / 64] ^= 1ull << two % 64;
            assert_int_not_equal(crc32c(words, sizeof(words)), whole);
            words[two / 64] ^= 1ull << two % 64;
        }
        words[one / 64] ^= 1ull << one % 64;
    }
}

/* Each half is the CRC of its own words; pieces make the whole, and what is no
 * whole pair counts as if zeros followed. */
static void test_twin(void **state)
{
    uint64_t seed = test_seed();
    uint64_t even[8], odd[8], whole;
    size_t size = sizeof(words);

    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        words[i] = test_random(&seed);
        (i % 2 == 0 ? even : odd)[i / 2] = words[i];
    }
    whole = crc32c_twin(words, size, UINT64_MAX);
    assert_int_equal((uint32_t)~whole, crc32c(even, sizeof(even)));
    assert_int_equal(~whole >> 32, crc32c(odd, sizeof(odd)));
    for (size_t part = 0; part <= size; part += 16)
        assert_true(crc32c_twin(words + part / 8, size - part,
                                crc32c_twin(words, part, UINT64_MAX)) == whole);
    words[14] &= 0xff;
    words[15] = 0;
    whole = crc32c_twin(words, size, HASH_START);
    for (size_t less = 1; less <= 15; less++)
        assert_true(crc32c_twin(words, size - less, HASH_START) == whole);
    assert_true(crc32c_twin(words, size - 16, HASH_START) != whole);
}

/* Bytes of both halves, in a pair that is not whole. */
static void test_rest_of_twin(void **state)
{
    uint64_t seed = test_seed();

    (void)state;
    for (size_t rest = 1; rest < 16; rest++) {
        uint64_t padded[4] = {0};

        for (unsigned i = 0; i < 4; i++)
            words[i] = test_random(&seed) | 0x0101010101010101;
        memcpy(padded, words, 16 + rest);
        assert_true(crc32c_twin(words, 16 + rest, HASH_START) ==
                    crc32c_twin(padded, sizeof(padded), HASH_START));
        ((char *)words)[16 + rest - 1] ^= 1;
        assert_true(crc32c_twin(words, 16 + rest, HASH_START) !=
                    crc32c_twin(padded, sizeof(padded), HASH_START));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_values),
        cmocka_unit_test(test_tail),
        cmocka_unit_test(test_flips),
        cmocka_unit_test(test_twin),
        cmocka_unit_test(test_rest_of_twin),
    };

    return cmocka_run_group_tests_name("crc", tests, NULL, NULL);
}
