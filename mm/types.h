/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Address types.  Three kinds of number look alike and must never be mixed:
 * a physical address, an address that an actor names, and a kernel pointer.
 * The first two are one-field structures, so that mixing them does not
 * compile; a kernel pointer is a C pointer.
 */
#ifndef MM_TYPES_H
#define MM_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/abi.h"

#define PAGE_SIZE ((uint64_t)K_PAGE_SIZE)
#define PAGE_MASK (PAGE_SIZE - 1)
#define PAGE_SHIFT 12

/* A physical address. */
typedef struct {
    uint64_t raw;
} paddr_t;

/* An address in an actor's space: a claim until mm/ucopy has checked it. */
typedef struct {
    uint64_t raw;
} uaddr_t;

static inline paddr_t paddr(uint64_t raw)
{
    return (paddr_t){raw};
}

static inline paddr_t paddr_add(paddr_t base, uint64_t bytes)
{
    return (paddr_t){base.raw + bytes};
}

static inline uaddr_t uaddr(uint64_t raw)
{
    return (uaddr_t){raw};
}

static inline bool page_aligned(uint64_t value)
{
    return (value & PAGE_MASK) == 0;
}

static inline uint64_t page_down(uint64_t value)
{
    return value & ~PAGE_MASK;
}

/* Rounds up; the caller has made sure that it does not wrap. */
static inline uint64_t page_up(uint64_t value)
{
    return (value + PAGE_MASK) & ~PAGE_MASK;
}

/* What a mapping allows.  W and X never go together. */
enum prot {
    PROT_NONE = 0,
    PROT_READ = 1,
    PROT_WRITE = 2,
    PROT_EXEC = 4,
    PROT_USER = 8,    /* reachable from user mode */
    PROT_DEVICE = 16, /* not cached, in order */
};

#endif
