/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Moving bytes: memcpy and memset by words, and the copies to and from an
 * actor, between which alone SMAP lets the kernel touch user pages.
 */
    .text

/* void *memcpy(void *to, const void *from, size_t size) */
    .global memcpy
memcpy:
    mov %rdi, %rax
    mov %rdx, %rcx
    shr $3, %rcx
    rep movsq
    mov %edx, %ecx
    and $7, %ecx
    rep movsb
    ret

/* void *memset(void *to, int byte, size_t size) */
    .global memset
memset:
    mov %rdi, %r8
    movzbl %sil, %eax
    mov $0x0101010101010101, %r9
    imul %r9, %rax
    mov %rdx, %rcx
    shr $3, %rcx
    rep stosq
    mov %edx, %ecx
    and $7, %ecx
    rep stosb
    mov %r8, %rax
    ret

/* void arch_user_read(void *to, uaddr_t from, size_t size)
 * void arch_user_write(uaddr_t to, const void *from, size_t size) */
    .global arch_user_read, arch_user_write
arch_user_read:
arch_user_write:
    cmpb $0, cpu_has_smap
    je memcpy
    push %rbp
    mov %rsp, %rbp
    stac
    call memcpy
    clac
    pop %rbp
    ret

/* uint32_t arch_user_read_word(uaddr_t from) */
    .global arch_user_read_word
arch_user_read_word:
    cmpb $0, cpu_has_smap
    je 1f
    stac
    mov (%rdi), %eax
    clac
    ret
1:  mov (%rdi), %eax
    ret

/* void arch_page_zero(void *page), void arch_page_zero_from(void *page, size_t
 * offset), void arch_page_zero_out(void *page): 512 bytes at a time, 16 a
 * store, by way of one register of the actor's.  The last one goes past the
 * caches, as libraries for persistent memory do. */
    .macro zero_blocks store    /* so many of them as ecx says, from rdi on */
    sub $16, %rsp
    movups %xmm0, (%rsp)
    xorps %xmm0, %xmm0
1:  .set offset, 0
    .rept 32
    \store %xmm0, offset(%rdi)
    .set offset, offset + 16
    .endr
    add $512, %rdi
    dec %ecx
    jnz 1b
    movups (%rsp), %xmm0
    add $16, %rsp
    .endm

    .global arch_page_zero, arch_page_zero_from, arch_page_zero_out
arch_page_zero_from:
    mov $8, %ecx
    shr $9, %rsi
    sub %esi, %ecx
    shl $9, %rsi
    add %rsi, %rdi
    jmp 2f

arch_page_zero:
    mov $8, %ecx
2:  zero_blocks movaps
    ret
arch_page_zero_out:
    mov $8, %ecx
    zero_blocks movntps
    sfence
    ret
