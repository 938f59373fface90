/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Address spaces: every error that rgnAllocate() and rgnFree() promise, on
 * both sides of each limit; memory where it should be and nowhere else; and
 * not a frame or descriptor lost, however an operation ends.
 */
/* sources: $(HOST_MACHINE) $(HOST_BANK) $(HOST_SPACES) mm/ucopy.c */
/* sources: mm/aspace_copy.c */
#include "kernel/config.h"
#include "memory.h"
#include "mm/aspace.h"
#include "mm/frame.h"
#include "mm/kspace.h"
#include "mm/spare.h"
#include "mm/ucopy.h"
#include "test.h"

#define BASE 0x10000000ul

static struct aspace space;
static uint64_t frames_before;
static unsigned regions_before;

static int setup(void **state)
{
    (void)state;
    test_memory_init(511);
    frames_before = frame_available();
    regions_before = region_available();
    assert_int_equal(aspace_create(&space, false), K_OK);
    aspace_activate(&space);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    aspace_destroy(&space);
    assert_int_equal(frame_available() + spare_count(), frames_before);
    assert_int_equal(region_available(), regions_before);
    return 0;
}

static KnError allocate(VmAddr start, VmSize size, VmFlags options)
{
    KnRgnDesc desc = {.startAddr = start, .size = size, .options = options};

    return aspace_allocate(&space, &desc);
}

static KnError release(VmAddr start, VmSize size)
{
    KnRgnDesc desc = {.startAddr = start, .size = size};

    return aspace_free(&space, &desc);
}

static void test_errors(void **state)
{
    static const struct {
        VmAddr start;
        VmSize size;
        VmFlags options;
        KnError error;
    } cases[] = {
        {BASE, 1, K_WRITABLE, K_OK},
        {BASE, 1, K_WRITABLE, K_EOVERLAP},
        {BASE - K_PAGE_SIZE, K_PAGE_SIZE + 1, 0, K_EOVERLAP},
        {BASE - K_PAGE_SIZE, K_PAGE_SIZE, 0, K_OK},
        {BASE + 1, 1, 0, K_EROUND},
        {BASE + 0x10000, 0, 0, K_ESIZE},
        {BASE + 0x10000, ~0ul, 0, K_ESIZE},
        {BASE + 0x10000, ~0ul - K_PAGE_SIZE, 0, K_ESIZE},
        {ASPACE_MIN - K_PAGE_SIZE, 1, 0, K_EADDR},
        {0, 1, 0, K_EADDR},
        {ASPACE_MIN, 1, 0, K_OK},
        {ASPACE_MAX - K_PAGE_SIZE, 1, 0, K_OK},
        {ASPACE_MAX - K_PAGE_SIZE, K_PAGE_SIZE + 1, 0, K_EADDR},
        {ASPACE_MAX, 1, 0, K_EADDR},
        {~0ul - K_PAGE_SIZE + 1, 1, 0, K_EADDR},
        {ASPACE_BANK_BASE - K_PAGE_SIZE, K_PAGE_SIZE + 1, 0, K_EADDR},
        {ASPACE_BANK_BASE - K_PAGE_SIZE, K_PAGE_SIZE, 0, K_OK},
        {ASPACE_BANK_END - K_PAGE_SIZE, 1, 0, K_EADDR},
        {ASPACE_BANK_END, 1, 0, K_OK},
        {BASE + 0x20000, 1, K_WRITABLE | K_EXECUTABLE, K_EPROT},
        {BASE + 0x20000, 1, K_EXECUTABLE, K_OK},
        {BASE + 0x30000, 1, K_FREEALL, K_EINVAL},
        {BASE + 0x30000, 1, 0x80000000u, K_EINVAL},
        {BASE + 0x40000, 0x100000000ul, K_RESERVED, K_EADDR},
        {0x200000000ul, 0x100000000ul, K_RESERVED, K_OK},
        {0x400000000ul, 0x100000000ul, 0, K_ENOMEM},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        KnError error = allocate(cases[i].start, cases[i].size,
                                 cases[i].options);

        if (error != cases[i].error)
            fail_msg("case %u: %d, not %d", i, error, cases[i].error);
    }
}

static void test_anywhere(void **state)
{
    KnRgnDesc desc = {.size = 5000, .options = K_ANYWHERE | K_WRITABLE};
    KnRgnDesc within = {
        .startAddr = BASE,
        .endAddr = BASE + 3 * K_PAGE_SIZE,
        .size = 2 * K_PAGE_SIZE,
        .options = K_RESTRICTIVE,
    };

    (void)state;
    assert_int_equal(aspace_allocate(&space, &desc), K_OK);
    assert_int_equal(desc.size, 2 * K_PAGE_SIZE);
    assert_int_equal(desc.startAddr, ASPACE_ANYWHERE_MAX - 2 * K_PAGE_SIZE);
    assert_int_equal(aspace_allocate(&space, &desc), K_OK);
    assert_int_equal(desc.startAddr, ASPACE_ANYWHERE_MAX - 4 * K_PAGE_SIZE);

    assert_int_equal(aspace_allocate(&space, &within), K_OK);
    assert_int_equal(within.startAddr, BASE + K_PAGE_SIZE);
    within.startAddr = BASE;
    assert_int_equal(aspace_allocate(&space, &within), K_ENOMEM);
    within.endAddr = BASE;
    assert_int_equal(aspace_allocate(&space, &within), K_EADDR);
    within.endAddr = BASE + 1;
    assert_int_equal(aspace_allocate(&space, &within), K_EROUND);
    desc.size = ASPACE_ANYWHERE_MAX - ASPACE_ANYWHERE_MIN;
    desc.options = K_ANYWHERE | K_RESERVED;
    assert_int_equal(aspace_allocate(&space, &desc), K_ENOMEM);
    desc.size = 0;
    assert_int_equal(aspace_allocate(&space, &desc), K_ESIZE);
    desc.size = ~0ul;
    assert_int_equal(aspace_allocate(&space, &desc), K_ESIZE);
}

static void test_memory_is_there(void **state)
{
    char text[] = "twelve bytes", back[sizeof(text)];
    uaddr_t across = uaddr(BASE + K_PAGE_SIZE - 5);

    (void)state;
    assert_int_equal(allocate(BASE, 2 * K_PAGE_SIZE, K_WRITABLE), K_OK);
    assert_int_equal(ucopy_in(&space, back, across, sizeof(back)), K_OK);
    assert_int_equal(back[0], 0);
    assert_int_equal(ucopy_out(&space, across, text, sizeof(text)), K_OK);
    assert_int_equal(ucopy_in(&space, back, across, sizeof(back)), K_OK);
    assert_memory_equal(text, back, sizeof(text));
}

static void test_claims(void **state)
{
    uaddr_t end = uaddr(BASE + K_PAGE_SIZE);
    char byte[16] = {0};

    (void)state;
    assert_int_equal(allocate(BASE, K_PAGE_SIZE, 0), K_OK);
    assert_int_equal(allocate(BASE + 0x10000, 1, K_RESERVED), K_OK);
    assert_int_equal(ucopy_in(&space, byte, uaddr(BASE), 16), K_OK);
    assert_int_equal(ucopy_in(&space, byte, uaddr(end.raw - 16), 16), K_OK);
    assert_int_equal(ucopy_in(&space, byte, uaddr(end.raw - 15), 16),
                     K_EFAULT);
    assert_int_equal(ucopy_in(&space, byte, uaddr(BASE - 1), 16), K_EFAULT);
    assert_int_equal(ucopy_in(&space, byte, uaddr(0), 1), K_EFAULT);
    assert_int_equal(ucopy_in(&space, byte, uaddr(~0ull), 1), K_EFAULT);
    assert_int_equal(ucopy_in(&space, byte, uaddr(BASE), ~0ull), K_EFAULT);
    assert_int_equal(ucopy_in(&space, byte, uaddr(BASE + 0x10000), 1),
                     K_EFAULT);
    assert_int_equal(ucopy_out(&space, uaddr(BASE), byte, 1), K_EFAULT);
    assert_int_equal(ucopy_in(&space, byte, uaddr(0), 0), K_OK);
}

static void test_strings(void **state)
{
    char text[8], name[] = "edge";
    uint64_t at = BASE + K_PAGE_SIZE - sizeof(name);

    (void)state;
    assert_int_equal(allocate(BASE, K_PAGE_SIZE, K_WRITABLE), K_OK);
    assert_int_equal(ucopy_out(&space, uaddr(at), name, sizeof(name)), K_OK);
    assert_int_equal(ucopy_string(&space, text, uaddr(at), sizeof(text)),
                     K_OK);
    assert_string_equal(text, name);
    assert_int_equal(ucopy_string(&space, text, uaddr(at), 4), K_EINVAL);
    assert_int_equal(ucopy_string(&space, text, uaddr(at), 5), K_OK);
    assert_int_equal(ucopy_out(&space, uaddr(at), "edge!", 5), K_OK);
    assert_int_equal(ucopy_string(&space, text, uaddr(at), sizeof(text)),
                     K_EFAULT);
}

/* The figure of the ChorusOS example: 6 pages, 3 below them, 4 freed in the
 * middle of the nine. */
static void test_span(void **state)
{
    const struct region *first, *second;
    char byte = 1;

    (void)state;
    assert_int_equal(allocate(BASE + 3 * K_PAGE_SIZE, 6 * K_PAGE_SIZE,
                              K_WRITABLE), K_OK);
    assert_int_equal(allocate(BASE, 3 * K_PAGE_SIZE, K_WRITABLE), K_OK);
    assert_int_equal(space.list.count, 1);
    assert_int_equal(release(BASE + 2 * K_PAGE_SIZE, 4 * K_PAGE_SIZE), K_OK);
    assert_int_equal(space.list.count, 2);
    first = region_from(&space.list, 0);
    second = region_next(&space.list, first);
    assert_int_equal(first->size, 2 * K_PAGE_SIZE);
    assert_int_equal(second->start, BASE + 6 * K_PAGE_SIZE);
    assert_int_equal(second->size, 3 * K_PAGE_SIZE);
    assert_int_equal(ucopy_out(&space, uaddr(second->start), &byte, 1), K_OK);
    assert_int_equal(ucopy_out(&space, uaddr(second->start - 1), &byte, 1),
                     K_EFAULT);
    assert_int_equal(release(BASE - 16 * K_PAGE_SIZE, 64 * K_PAGE_SIZE),
                     K_OK);
    assert_int_equal(space.list.count, 0);
}

static void test_free_errors(void **state)
{
    KnRgnDesc desc = {.startAddr = BASE, .size = 1, .options = K_WRITABLE};

    (void)state;
    assert_int_equal(aspace_free(&space, &desc), K_EINVAL);
    assert_int_equal(release(BASE + 1, 1), K_EROUND);
    assert_int_equal(release(BASE, 0), K_ESIZE);
    assert_int_equal(release(BASE, ~0ul), K_ESIZE);
    assert_int_equal(release(BASE, 1), K_OK); /* a hole is allowed */
}

static void test_split_without_descriptor(void **state)
{
    (void)state;
    assert_int_equal(allocate(BASE, 3 * K_PAGE_SIZE, 0), K_OK);
    for (unsigned i = 1; i < TEST_REGIONS; i++)
        assert_int_equal(allocate(BASE + i * 0x10000, 1, K_RESERVED), K_OK);
    assert_int_equal(allocate(BASE - 0x10000, 1, K_RESERVED), K_ENOMEM);
    assert_int_equal(release(BASE + K_PAGE_SIZE, 1), K_ENOMEM);
    assert_int_equal(release(BASE, 1), K_OK);
}

static void test_blocks(void **state)
{
    uaddr_t at = uaddr(ASPACE_BANK_BASE + 0x5000);
    paddr_t memory = paddr(FAKE_RAM_BASE + 600 * PAGE_SIZE);
    KnRgnDesc one = {.startAddr = at.raw, .size = 1};
    char byte = 42;

    (void)state;
    assert_int_equal(aspace_attach_block(&space, at, memory, PAGE_SIZE, true),
                     K_OK);
    assert_int_equal(ucopy_out(&space, at, &byte, 1), K_OK);
    assert_int_equal(*(char *)fake_ram(memory, 1), 42);
    assert_int_equal(aspace_free(&space, &one), K_EPRIV);
    aspace_detach_block(&space, at, PAGE_SIZE);
    assert_int_equal(ucopy_out(&space, at, &byte, 1), K_EFAULT);
}

/* A life that has gone astray leaves no tables to the next; one that has not
 * leaves them all. */
static void test_tables_are_trimmed(void **state)
{
    uint64_t left;

    (void)state;
    assert_int_equal(allocate(BASE, K_PAGE_SIZE, K_WRITABLE), K_OK);
    left = frame_available() + 1;
    aspace_clear(&space);
    assert_int_equal(frame_available(), left);
    for (unsigned i = 0; space.ptab.tables < ASPACE_TABLES_KEPT; i++)
        assert_int_equal(allocate(BASE + i * 0x200000, K_PAGE_SIZE,
                                  K_WRITABLE), K_OK);
    aspace_clear(&space);
    assert_int_equal(space.ptab.tables, ASPACE_TABLES_KEPT);
    assert_int_equal(allocate(BASE - 0x200000, K_PAGE_SIZE, K_WRITABLE), K_OK);
    assert_int_equal(space.ptab.tables, ASPACE_TABLES_KEPT + 1);
    aspace_clear(&space);
    assert_int_equal(space.ptab.tables, 1); /* the root */
    assert_int_equal(frame_available(), frames_before - 1);
    assert_int_equal(allocate(BASE, K_PAGE_SIZE, K_WRITABLE), K_OK);
}

/* A flipped bit of a shared page is in a copy, which goes with the life. */
static void test_flip(void **state)
{
    static const unsigned char mask[4] = {0, 0x40, 0, 1};
    paddr_t image;
    unsigned char *bytes;
    unsigned char seen[4];
    uint64_t left;

    (void)state;
    assert_int_equal(frame_allocate(&image), K_OK);
    bytes = kspace_pointer(image);
    left = frame_available();
    assert_int_equal(aspace_share(&space, BASE, K_PAGE_SIZE, image,
                                  K_EXECUTABLE), K_OK);
    assert_int_equal(aspace_flip(&space, BASE - 1, mask, 4), 0);
    assert_int_equal(aspace_flip(&space, BASE + 4094, mask, 4), 2);
    assert_int_equal(aspace_flip(&space, BASE, mask, 4), 4);
    assert_int_equal(aspace_peek(&space, BASE, seen, 4), 4);
    assert_memory_equal(seen, mask, 4);
    assert_int_equal(bytes[1] | bytes[3] | bytes[4095], 0);
    assert_int_equal(space.page_count, 1);
    aspace_clear(&space);
    assert_int_equal(frame_available(), left + 1 - space.ptab.tables);
    frame_free(image);
}

/* ---- From one life to the next ------------------------------------------ */

#define DATA_PAGES 3
#define DATA_SIZE (DATA_PAGES * PAGE_SIZE)
#define DATA_FILE (PAGE_SIZE + 100) /* the rest is BSS */

static char pristine[DATA_FILE];

static char *page_bytes(uint64_t at)
{
    unsigned prot;
    paddr_t page;

    assert_true(ptab_lookup(&space.ptab, at, &page, &prot));
    return fake_ram(page, PAGE_SIZE);
}

/* Data with a reserved place behind it, as an image and its guards are. */
static void lay_out(void)
{
    struct region like = {
        .start = BASE,
        .size = DATA_SIZE,
        .options = K_WRITABLE,
        .kind = K_RGN_DATA,
    };

    memset(pristine, 'p', sizeof(pristine));
    assert_int_equal(aspace_add_memory(&space, &like), K_OK);
    assert_int_equal(aspace_reserve(&space, BASE + DATA_SIZE, PAGE_SIZE),
                     K_OK);
    aspace_fill(&space, BASE, pristine, sizeof(pristine));
    aspace_note_layout(&space);
}

static void restore(void)
{
    aspace_restore(&space, BASE, DATA_SIZE, pristine, sizeof(pristine));
}

static void check_restored(void)
{
    for (uint64_t at = 0; at < DATA_SIZE; at++)
        assert_int_equal(page_bytes(BASE + page_down(at))[at & PAGE_MASK],
                         at < DATA_FILE ? 'p' : 0);
}

static void test_restore(void **state)
{
    (void)state;
    lay_out();
    for (unsigned page = 0; page < DATA_PAGES; page++)
        memset(page_bytes(BASE + page * PAGE_SIZE), 'x', PAGE_SIZE);
    restore();
    check_restored();
}

static void write_all(void)
{
    for (unsigned page = 0; page < DATA_PAGES; page++) {
        uint64_t at = BASE + page * PAGE_SIZE;

        memset(page_bytes(at), 'x', PAGE_SIZE);
        ptab_note_write(&space.ptab, at);
    }
}

/* Pages that were zeroed in advance come in the place of those that are not
 * wholly in the file; when there are none any more, it goes the slow way. */
static void test_restore_with_spare_pages(void **state)
{
    const char *whole, *part, *none;
    uint64_t frames;

    (void)state;
    lay_out();
    spare_work();
    assert_true(spare_count() > 0);
    frames = frame_available();
    whole = page_bytes(BASE);
    part = page_bytes(BASE + PAGE_SIZE);
    none = page_bytes(BASE + 2 * PAGE_SIZE);
    write_all();
    restore();
    check_restored();
    assert_int_equal(frame_available(), frames);
    assert_ptr_equal(page_bytes(BASE), whole);
    assert_true(page_bytes(BASE + PAGE_SIZE) != part);
    assert_true(page_bytes(BASE + 2 * PAGE_SIZE) != none);
    /* What was written to before comes back as zeros, or not at all. */
    for (unsigned life = 0; life < SPARE_PAGES; life++) {
        write_all();
        restore();
        check_restored();
        if (life % 8 == 0)
            spare_work();
    }
    /* An exchanged page is clean, and has kept its protection. */
    page_bytes(BASE + 2 * PAGE_SIZE)[200] = 'x';
    restore();
    assert_int_equal(page_bytes(BASE + 2 * PAGE_SIZE)[200], 'x');
    assert_true(aspace_allows(&space, uaddr(BASE), DATA_SIZE, true));
}

/* The entries say so: nobody has written since. */
static void test_clean_pages_are_left_alone(void **state)
{
    (void)state;
    lay_out();
    restore();
    page_bytes(BASE + PAGE_SIZE)[200] = 'x';
    restore();
    assert_int_equal(page_bytes(BASE + PAGE_SIZE)[200], 'x');
}

/* What is flipped on purpose is put back, whoever has written or not. */
static void test_flipped_pages_are_restored(void **state)
{
    static const char mask[1] = {1};

    (void)state;
    lay_out();
    restore();
    assert_int_equal(aspace_flip(&space, BASE + PAGE_SIZE + 200, mask, 1), 1);
    restore();
    check_restored();
}

static void test_strip_frees_what_was_allocated(void **state)
{
    uint64_t frames;

    (void)state;
    lay_out();
    frames = frame_available();
    for (unsigned i = 1; i < 4; i++)
        assert_int_equal(allocate(BASE + i * 0x10000, 2 * K_PAGE_SIZE,
                                  K_WRITABLE), K_OK);
    assert_int_equal(release(BASE + 0x20000 + K_PAGE_SIZE, 1), K_OK);
    aspace_strip(&space);
    assert_true(space.laid_out);
    assert_int_equal(space.list.count, 2);
    assert_int_equal(space.page_count, DATA_PAGES);
    /* The tables on the way to what has gone stay for the next life. */
    assert_in_range(frames - frame_available(), 0, 1);
}

/* What touches the layout itself costs the next life a new one. */
static void test_strip_clears_a_changed_layout(void **state)
{
    (void)state;
    lay_out();
    assert_int_equal(release(BASE + PAGE_SIZE, 1), K_OK);
    assert_false(space.laid_out);
    aspace_strip(&space);
    assert_int_equal(space.list.count, 0);
    lay_out();
    assert_int_equal(allocate(BASE + 0x10000, 1, K_RESERVED), K_OK);
    assert_false(space.laid_out);
    aspace_strip(&space);
    assert_int_equal(space.list.count, 0);
    lay_out();
    assert_int_equal(release(BASE + DATA_SIZE, 1), K_OK); /* the guard */
    assert_false(space.laid_out);
}

/* Whatever frame an allocation lacks, it leaves nothing behind. */
static void test_out_of_frames(void **state)
{
    uint64_t left = 0;
    KnError error;

    (void)state;
    do {
        test_memory_init(511);
        assert_int_equal(aspace_create(&space, false), K_OK);
        test_memory_squeeze(left);
        error = allocate(BASE, 4 * K_PAGE_SIZE, K_WRITABLE);
        assert_int_equal(error, left < 7 ? K_ENOMEM : K_OK);
        assert_int_equal(space.page_count, error == K_OK ? 4 : 0);
        assert_int_equal(region_available(),
                         TEST_REGIONS - (error == K_OK));
        aspace_destroy(&space);
        assert_int_equal(frame_available(), left + 1); /* and the root */
        left++;
    } while (error != K_OK);
}

/* A region with a copy of what is in another space; what cannot be copied is
 * refused, and nothing is allocated then. */
static void test_init_from(void **state)
{
    static const struct {
        VmAddr from;
        VmSize from_size, size;
        VmFlags options;
        KnError error;
    } cases[] = {
        {BASE, 2 * K_PAGE_SIZE, 2 * K_PAGE_SIZE, 0, K_OK},
        {BASE, K_PAGE_SIZE + 1, 2 * K_PAGE_SIZE, K_WRITABLE, K_OK},
        {BASE, 2 * K_PAGE_SIZE, K_PAGE_SIZE, 0, K_ESIZE},
        {BASE, 0, K_PAGE_SIZE, 0, K_ESIZE},
        {BASE, K_PAGE_SIZE, 0, 0, K_ESIZE},
        {BASE, ~0ul, ~0ul, 0, K_ESIZE},
        {BASE + 1, K_PAGE_SIZE, K_PAGE_SIZE, 0, K_EROUND},
        {BASE, 3 * K_PAGE_SIZE, 3 * K_PAGE_SIZE, 0, K_EADDR}, /* reserved */
        {BASE - K_PAGE_SIZE, K_PAGE_SIZE, K_PAGE_SIZE, 0, K_EADDR},
        {BASE, K_PAGE_SIZE, K_PAGE_SIZE, K_RESERVED, K_EINVAL},
        {BASE, K_PAGE_SIZE, K_PAGE_SIZE, K_WRITABLE | K_EXECUTABLE, K_EPROT},
        {BASE, K_PAGE_SIZE, K_PAGE_SIZE, K_EXECUTABLE, K_OK},
    };
    static const char words[] = "written in the first space";
    char copy[sizeof(words)];
    struct aspace other;

    (void)state;
    assert_int_equal(allocate(BASE, 2 * K_PAGE_SIZE, K_WRITABLE), K_OK);
    assert_int_equal(allocate(BASE + 2 * K_PAGE_SIZE, 1, K_RESERVED), K_OK);
    aspace_fill(&space, BASE + K_PAGE_SIZE - 8, words, sizeof(words));
    assert_int_equal(aspace_create(&other, false), K_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        KnRgnDesc from = {.startAddr = cases[i].from,
                          .size = cases[i].from_size};
        KnRgnDesc desc = {.startAddr = BASE + i * 0x10000,
                          .size = cases[i].size,
                          .options = cases[i].options};
        uint64_t frames = frame_available();
        KnError error = aspace_init_from(&other, &desc, &space, &from);

        assert_int_equal(error, cases[i].error);
        assert_true(error == K_OK || frame_available() == frames);
    }
    aspace_activate(&other);
    assert_int_equal(ucopy_in(&other, copy, uaddr(BASE + K_PAGE_SIZE - 8),
                              sizeof(copy)),
                     K_OK);
    assert_string_equal(copy, words);
    /* The first space is as it was, whatever becomes of the copy. */
    aspace_fill(&other, BASE + 0x10000 + K_PAGE_SIZE - 8, "other", 6);
    aspace_activate(&space);
    assert_int_equal(ucopy_in(&space, copy, uaddr(BASE + K_PAGE_SIZE - 8),
                              sizeof(copy)),
                     K_OK);
    assert_string_equal(copy, words);
    aspace_destroy(&other);
}

/* Blocks of the bank are out of the kernel's reach. */
static void test_init_from_block(void **state)
{
    KnRgnDesc from = {.startAddr = ASPACE_BANK_BASE, .size = K_PAGE_SIZE};
    KnRgnDesc desc = {.startAddr = BASE, .size = K_PAGE_SIZE};

    (void)state;
    assert_int_equal(aspace_attach_block(&space, uaddr(ASPACE_BANK_BASE),
                                         paddr(0x123000), K_PAGE_SIZE, true),
                     K_OK);
    assert_int_equal(aspace_init_from(&space, &desc, &space, &from), K_EPROT);
    aspace_detach_block(&space, uaddr(ASPACE_BANK_BASE), K_PAGE_SIZE);
}

/* Makes the other space the current one; whether the processor was told to
 * forget what it knows of it. */
static bool comes_back(struct aspace *other)
{
    unsigned before = fake_forgotten(other->tag);

    aspace_activate(other);
    assert_int_equal(fake_user_tag(), other->tag);
    return fake_forgotten(other->tag) > before;
}

/* What has changed in a space that is not the current one, the processor does
 * not know from before. */
static void test_stale_space(void **state)
{
    KnRgnDesc desc = {.startAddr = BASE, .size = 3 * K_PAGE_SIZE,
                      .options = K_WRITABLE};
    struct aspace other;

    (void)state;
    assert_int_equal(aspace_create(&other, false), K_OK);
    assert_true(comes_back(&other)); /* the tag may have been another's */
    aspace_activate(&space);
    assert_false(comes_back(&other));
    assert_int_equal(aspace_allocate(&other, &desc), K_OK);
    desc.options = 0;
    desc.size = K_PAGE_SIZE;
    assert_int_equal(aspace_free(&other, &desc), K_OK);
    aspace_activate(&space);
    assert_false(comes_back(&other)); /* it was flushed at once */
    aspace_activate(&space);
    desc.startAddr += K_PAGE_SIZE;
    assert_int_equal(aspace_free(&other, &desc), K_OK);
    assert_true(comes_back(&other));
    aspace_activate(&space);
    aspace_clear(&other);
    assert_true(comes_back(&other));
    aspace_destroy(&other);
    assert_int_equal(fake_user_tag(), 0);
}

/* As many spaces as there are tags, and one more: no two share one but 0. */
static void test_tags(void **state)
{
    struct aspace more[ARCH_TAGS];
    bool taken[ARCH_TAGS] = {false};
    unsigned first = 0;

    (void)state;
    taken[space.tag] = true;
    for (unsigned i = 0; i < ARCH_TAGS; i++) {
        assert_int_equal(aspace_create(&more[i], false), K_OK);
        assert_true(more[i].tag < ARCH_TAGS);
        assert_true(more[i].tag == 0 || !taken[more[i].tag]);
        taken[more[i].tag] = true;
    }
    assert_int_equal(more[ARCH_TAGS - 1].tag, 0);
    first = more[0].tag;
    assert_int_not_equal(first, 0);
    aspace_destroy(&more[0]);
    aspace_destroy(&more[ARCH_TAGS - 1]);
    assert_int_equal(aspace_create(&more[0], false), K_OK);
    assert_int_equal(more[0].tag, first);
    assert_true(comes_back(&more[0]));
    for (unsigned i = 0; i < ARCH_TAGS - 1; i++)
        aspace_destroy(&more[i]);
}

int main(void)
{
#define IN_SPACE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        IN_SPACE(test_errors),
        IN_SPACE(test_anywhere),
        IN_SPACE(test_memory_is_there),
        IN_SPACE(test_claims),
        IN_SPACE(test_strings),
        IN_SPACE(test_span),
        IN_SPACE(test_free_errors),
        IN_SPACE(test_split_without_descriptor),
        IN_SPACE(test_blocks),
        IN_SPACE(test_tables_are_trimmed),
        IN_SPACE(test_flip),
        IN_SPACE(test_restore),
        IN_SPACE(test_restore_with_spare_pages),
        IN_SPACE(test_clean_pages_are_left_alone),
        IN_SPACE(test_flipped_pages_are_restored),
        IN_SPACE(test_strip_frees_what_was_allocated),
        IN_SPACE(test_strip_clears_a_changed_layout),
        IN_SPACE(test_stale_space),
        IN_SPACE(test_tags),
        IN_SPACE(test_init_from),
        IN_SPACE(test_init_from_block),
        cmocka_unit_test(test_out_of_frames),
    };

    return cmocka_run_group_tests_name("aspace", tests, NULL, NULL);
}
