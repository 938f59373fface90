/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The fake architecture: arch/arch.h for a machine that is an array.
 */
#include "fake.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/panic.h"
#include "kernel/string.h"

static struct {
    _Alignas(K_PAGE_SIZE) uint8_t ram[FAKE_RAM_SIZE];
    paddr_t user_root;
    unsigned user_tag, forgotten[ARCH_TAGS];
    struct arch_context *current;
    unsigned flushes;
    uint64_t random;
} fake;

static void fail(const char *why)
{
    fprintf(stderr, "fake machine: %s\n", why);
    abort();
}

/* ---- RAM ---------------------------------------------------------------- */

void *fake_ram(paddr_t address, size_t size)
{
    uint64_t offset = address.raw - FAKE_RAM_BASE;

    if (offset > FAKE_RAM_SIZE || size > FAKE_RAM_SIZE - offset)
        fail("an address outside RAM is used");
    return fake.ram + offset;
}

bool fake_ram_has(const void *pointer)
{
    uintptr_t start = (uintptr_t)fake.ram, at = (uintptr_t)pointer;

    return at >= start && at - start < FAKE_RAM_SIZE;
}

paddr_t fake_ram_address(const void *pointer)
{
    if (!fake_ram_has(pointer))
        fail("a pointer outside RAM is used");
    return paddr(FAKE_RAM_BASE +
                 (uint64_t)((const uint8_t *)pointer - fake.ram));
}

/* ---- Panic -------------------------------------------------------------- */

jmp_buf fake_panic_jump;
bool fake_panic_armed;
char fake_panic_text[256];

_Noreturn void panic(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(fake_panic_text, sizeof(fake_panic_text), format, args);
    va_end(args);
    if (!fake_panic_armed) {
        fprintf(stderr, "panic: %s\n", fake_panic_text);
        abort();
    }
    fake_panic_armed = false;
    longjmp(fake_panic_jump, 1);
}

void fake_assert_failed(const char *what)
{
    panic("assertion failed: %s", what);
}

/* ---- Processor ---------------------------------------------------------- */

void arch_find(void)
{
}

void arch_init(void)
{
}

void arch_describe(char *line, size_t size)
{
    snprintf(line, size, "fake");
}

void arch_idle(void)
{
}

_Noreturn void arch_halt(void)
{
    panic("arch_halt");
}

_Noreturn void arch_warm_restart(void)
{
    panic("arch_warm_restart");
}

uint64_t arch_random(void)
{
    fake.random = fake.random * 6364136223846793005ull + 1442695040888963407ull;
    return fake.random;
}

/* ---- Contexts ----------------------------------------------------------- */

void arch_context_init(struct arch_context *ctx, uaddr_t entry, uaddr_t stack)
{
    *ctx = (struct arch_context){
        .registers = {.pc = entry.raw, .sp = stack.raw}};
}

void arch_context_set_args(struct arch_context *ctx, const uint64_t args[3])
{
    memcpy(ctx->args, args, 3 * sizeof(args[0]));
}

void arch_context_switch(struct arch_context *prev, struct arch_context *next)
{
    (void)prev;
    fake.current = next;
}

_Noreturn void arch_enter_user(struct arch_context *ctx)
{
    (void)ctx;
    panic("arch_enter_user");
}

struct arch_place arch_context_place(const struct arch_context *ctx)
{
    const struct arch_registers *r = &ctx->registers;

    return (struct arch_place){r->pc, r->sp, r->fp};
}

uint64_t arch_context_return(const struct arch_context *ctx, uint64_t function)
{
    (void)ctx;
    (void)function;
    return 0;
}

struct arch_place arch_place_here(void)
{
    return (struct arch_place){0, 0, 0};
}

const struct arch_registers *arch_context_registers(
    const struct arch_context *ctx)
{
    return &ctx->registers;
}

void arch_registers_print(const struct arch_registers *registers,
                          void (*print)(const char *format, ...))
{
    print("pc %lx sp %lx\n", registers->pc, registers->sp);
}

/* ---- Page tables -------------------------------------------------------- */

void arch_ptab_adopt(pte_t *root, const pte_t *kernel_root)
{
    (void)root;
    (void)kernel_root;
}

void arch_ptab_activate(uint64_t token)
{
    fake.user_root = paddr(token & ~PAGE_MASK);
    fake.user_tag = token & PAGE_MASK;
}

void arch_ptab_activate_kernel(paddr_t root)
{
    (void)root;
}

/* What it remembers of user pages: all that it has ever found, until it is told
 * to forget.  So a flush that is missing is found by whatever test comes
 * upon the page. */
#define TLB_PAGES 256

static struct {
    uint64_t page;
    pte_t pte; /* 0: none */
} tlb[ARCH_TAGS][TLB_PAGES];

void fake_tlb_flush_page(uint64_t address)
{
    uint64_t page = address >> PAGE_SHIFT;

    for (unsigned tag = 0; tag < ARCH_TAGS; tag++) {
        if (tlb[tag][page % TLB_PAGES].page == page)
            tlb[tag][page % TLB_PAGES].pte = 0;
    }
    fake.flushes++;
}

void arch_ptab_forget(unsigned tag)
{
    memset(tlb[tag], 0, sizeof(tlb[tag]));
    fake.forgotten[tag]++;
}

unsigned fake_tlb_flushes(void)
{
    return fake.flushes;
}

unsigned fake_user_tag(void)
{
    return fake.user_tag;
}

unsigned fake_forgotten(unsigned tag)
{
    return fake.forgotten[tag];
}

paddr_t fake_user_root(void)
{
    return fake.user_root;
}

/* ---- User memory -------------------------------------------------------- */

/* The entry of a page in the current user map, by a walk of its own that shares
 * no code with mm/ptab.c. */
static pte_t user_walk(uint64_t address)
{
    paddr_t table = fake.user_root;
    pte_t pte = 0;

    if (table.raw == 0)
        fail("user memory is used without a user map");
    for (unsigned level = PTAB_LEVELS; level-- > 0;) {
        const pte_t *entries = fake_ram(table, K_PAGE_SIZE);

        pte = entries[address >> (PAGE_SHIFT + 9 * level) &
                      (PTAB_ENTRIES - 1)];
        if (!arch_pte_valid(pte))
            fail("user memory is used that is not mapped");
        if (level > 0 && !arch_pte_is_table(pte, level))
            fail("user memory is mapped by a large page");
        table = arch_pte_address(pte);
    }
    return pte;
}

/* The host's pointer to a byte of the current user map. */
static uint8_t *user_byte(uint64_t address, unsigned prot)
{
    uint64_t page = address >> PAGE_SHIFT, place = page % TLB_PAGES;
    unsigned tag = fake.user_tag;

    if (tlb[tag][place].page != page || tlb[tag][place].pte == 0) {
        tlb[tag][place].pte = user_walk(address);
        tlb[tag][place].page = page;
    }
    if ((arch_pte_prot(tlb[tag][place].pte) & (prot | PROT_USER)) !=
        (prot | PROT_USER))
        fail("user memory is used against its protection");
    return fake_ram(paddr_add(arch_pte_address(tlb[tag][place].pte),
                              address & PAGE_MASK), 1);
}

/* How many of size bytes from an address on lie in its page. */
static size_t part_of_page(uint64_t address, size_t size)
{
    size_t left = K_PAGE_SIZE - (address & PAGE_MASK);

    return left < size ? left : size;
}

void arch_user_read(void *to, uaddr_t from, size_t size)
{
    uint8_t *bytes = to;

    for (size_t done = 0, part; done < size; done += part) {
        part = part_of_page(from.raw + done, size - done);
        memcpy(bytes + done, user_byte(from.raw + done, PROT_READ), part);
    }
}

uint32_t arch_user_read_word(uaddr_t from)
{
    uint32_t word;

    arch_user_read(&word, from, sizeof(word));
    return word;
}

void arch_user_write(uaddr_t to, const void *from, size_t size)
{
    const uint8_t *bytes = from;

    for (size_t done = 0, part; done < size; done += part) {
        part = part_of_page(to.raw + done, size - done);
        memcpy(user_byte(to.raw + done, PROT_WRITE), bytes + done, part);
    }
}

void arch_code_sync(const void *start, size_t size)
{
    (void)start;
    (void)size;
}
