/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Moving bytes: memcpy and memset by words, and the copies to and from an
 * actor, between which alone PAN lets the kernel touch user pages; and the
 * caches that bytes linger in.
 */
#define PAN_OFF .inst 0xd500409f
#define PAN_ON .inst 0xd500419f

    .text

/* void *memcpy(void *to, const void *from, size_t size) */
    .global memcpy
memcpy:
    mov x3, x0
    subs x2, x2, #64
    b.lo 2f
1:  ldp x4, x5, [x1]
    ldp x6, x7, [x1, #16]
    ldp x8, x9, [x1, #32]
    ldp x10, x11, [x1, #48]
    stp x4, x5, [x3]
    stp x6, x7, [x3, #16]
    stp x8, x9, [x3, #32]
    stp x10, x11, [x3, #48]
    add x1, x1, #64
    add x3, x3, #64
    subs x2, x2, #64
    b.hs 1b
2:  adds x2, x2, #48            /* what is left, less 16 */
    b.mi 4f
3:  ldp x4, x5, [x1], #16
    stp x4, x5, [x3], #16
    subs x2, x2, #16
    b.hs 3b
4:  tbz x2, #3, 5f              /* size - 16 has the same low bits */
    ldr x4, [x1], #8
    str x4, [x3], #8
5:  ands x2, x2, #7
    b.eq 7f
6:  ldrb w4, [x1], #1
    strb w4, [x3], #1
    subs x2, x2, #1
    b.ne 6b
7:  ret

/* void *memset(void *to, int byte, size_t size) */
    .global memset
memset:
    mov x3, x0
    and x1, x1, #0xff
    mov x4, #0x0101010101010101
    mul x1, x1, x4
    subs x2, x2, #64
    b.lo 2f
1:  stp x1, x1, [x3]
    stp x1, x1, [x3, #16]
    stp x1, x1, [x3, #32]
    stp x1, x1, [x3, #48]
    add x3, x3, #64
    subs x2, x2, #64
    b.hs 1b
2:  adds x2, x2, #48            /* what is left, less 16 */
    b.mi 4f
3:  stp x1, x1, [x3], #16
    subs x2, x2, #16
    b.hs 3b
4:  ands x2, x2, #15
    b.eq 6f
5:  strb w1, [x3], #1
    subs x2, x2, #1
    b.ne 5b
6:  ret

/* void arch_user_read(void *to, uaddr_t from, size_t size)
 * void arch_user_write(uaddr_t to, const void *from, size_t size) */
    .global arch_user_read, arch_user_write
arch_user_read:
arch_user_write:
    adrp x3, cpu_has_pan
    ldrb w3, [x3, :lo12:cpu_has_pan]
    cbz w3, memcpy
    stp x29, x30, [sp, #-16]!
    mov x29, sp
    PAN_OFF
    bl memcpy
    PAN_ON
    ldp x29, x30, [sp], #16
    ret

/* void arch_page_zero(void *page), void arch_page_zero_from(void *page, size_t
 * offset), void arch_page_zero_out(void *page): by cache lines, or what the
 * processor zeroes at a time, where it allows that, eight of them. */
    .global arch_page_zero, arch_page_zero_from, arch_page_zero_out
arch_page_zero:
    mov x1, xzr
arch_page_zero_from:
    mrs x4, dczid_el0
    add x2, x0, #4096
    tbnz x4, #4, 2f
    and x4, x4, #15
    cmp x4, #6
    b.hi 2f                     /* eight times more than 256 bytes: too much */
    mov x3, #4
    lsl x3, x3, x4
    neg x4, x3, lsl #3
    and x1, x1, x4
    add x0, x0, x1
1:  .rept 8
    dc zva, x0
    add x0, x0, x3
    .endr
    cmp x0, x2
    b.lo 1b
    ret
2:  and x1, x1, #~127
    add x0, x0, x1
3:  .rept 8
    stp xzr, xzr, [x0], #16
    .endr
    cmp x0, x2
    b.lo 3b
    ret

arch_page_zero_out:
    stp x29, x30, [sp, #-32]!
    mov x29, sp
    str x0, [sp, #16]
    bl arch_page_zero
    ldr x0, [sp, #16]
    mrs x1, ctr_el0
    ubfx x1, x1, #16, #4        /* the smallest line of the data caches */
    mov x3, #4
    lsl x3, x3, x1
    add x2, x0, #4096
1:  .rept 4
    dc cvac, x0
    add x0, x0, x3
    .endr
    cmp x0, x2
    b.lo 1b
    dsb sy
    ldp x29, x30, [sp], #32
    ret

/* uint32_t arch_user_read_word(uaddr_t from) */
    .global arch_user_read_word
arch_user_read_word:
    adrp x3, cpu_has_pan
    ldrb w3, [x3, :lo12:cpu_has_pan]
    cbz w3, 1f
    PAN_OFF
    ldr w0, [x0]
    PAN_ON
    ret
1:  ldr w0, [x0]
    ret

/* void cpu_cache_clean_all(void): by set and way, from the level nearest to
 * the processor to the point of coherency. */
    .global cpu_cache_clean_all
cpu_cache_clean_all:
    dsb sy
    mrs x0, clidr_el1
    ubfx x1, x0, #24, #3        /* levels to the point of coherency */
    mov x2, #0                  /* level - 1 */
1:  cmp x2, x1
    b.hs 5f
    add x3, x2, x2, lsl #1
    lsr x3, x0, x3
    and x3, x3, #7
    cmp x3, #2                  /* no data cache at this level */
    b.lo 4f
    lsl x4, x2, #1
    msr csselr_el1, x4
    isb
    mrs x5, ccsidr_el1
    and x6, x5, #7
    add x6, x6, #4              /* log2 of the line's size */
    ubfx x7, x5, #3, #10        /* ways - 1 */
    ubfx x8, x5, #13, #15       /* sets - 1 */
    mrs x10, s3_0_c0_c7_2       /* ID_AA64MMFR2_EL1: CCIDX, larger fields */
    tst x10, #0xf00000
    b.eq 6f
    ubfx x7, x5, #3, #21
    ubfx x8, x5, #32, #24
6:  clz w9, w7                  /* where the way goes */
2:  mov x10, x8
3:  lsl x11, x7, x9
    lsl x12, x10, x6
    orr x11, x11, x12
    orr x11, x11, x4
    dc cisw, x11
    subs x10, x10, #1
    b.hs 3b
    subs x7, x7, #1
    b.hs 2b
4:  add x2, x2, #1
    b 1b
5:  dsb sy
    isb
    ret
