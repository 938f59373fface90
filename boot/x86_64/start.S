/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From the loader to kmain().  Every start comes through _start in 32-bit
 * protected mode without paging: Multiboot 1 (QEMU -kernel), Multiboot 2
 * (GRUB on BIOS and UEFI), and a warm restart, which drops back to this state
 * and says WARM_MAGIC instead of a loader's magic.
 *
 *   eax  magic        ebx  the loader's table (physical)
 *
 * The image is linked high and runs low here: LOW(symbol) is its address.
 */
#include "arch_layout.h"
#include "kernel/config.h"

#define LOW(symbol) (symbol - IMAGE_BASE)

#define MB1_MAGIC 0x1badb002
#define MB1_FLAGS 0x00010003 /* page align, memory map, address fields */
#define MB2_MAGIC 0xe85250d6

#define CR0_ON 0x80010021   /* paging, write protect, protected mode, and x87
                             * errors as exceptions, not as an old interrupt */
#define CR4_PAE 0x20
#define MSR_EFER 0xc0000080
#define EFER_ON 0x901       /* NX, long mode, syscall */

    .section .head, "ax"
    .balign 8
mb1_header:
    .long MB1_MAGIC, MB1_FLAGS, -(MB1_MAGIC + MB1_FLAGS)
    .long LOW(mb1_header), LOW(image_start)
    .long LOW(image_end), LOW(ram_end), LOW(_start)

    .balign 8
mb2_header:
    .long MB2_MAGIC, 0, mb2_end - mb2_header
    .long -(MB2_MAGIC + (mb2_end - mb2_header))
    .short 6, 0             /* align modules to pages */
    .long 8
    .short 0, 0             /* end of tags */
    .long 8
mb2_end:

    .code32
    .global _start
_start:
    cli
    cld
    mov %eax, %edi          /* handoff()'s arguments, kept from here on */
    mov %ebx, %esi

    mov $0x80000000, %eax   /* without long mode and NX there is no Reprise */
    cpuid
    cmp $0x80000001, %eax
    jb no_long_mode
    mov $0x80000001, %eax
    cpuid
    and $(1 << 29 | 1 << 20), %edx
    cmp $(1 << 29 | 1 << 20), %edx
    jne no_long_mode
    rdtsc                   /* arch_entry_clock, until there is a BSS */
    mov %eax, %ebp
    mov %edx, %esp

    mov $LOW(early_root), %eax
    mov %eax, %cr3
    mov $CR4_PAE, %eax
    mov %eax, %cr4
    mov $MSR_EFER, %ecx
    mov $EFER_ON, %eax
    xor %edx, %edx
    wrmsr
    mov $CR0_ON, %eax
    mov %eax, %cr0
    lgdt LOW(early_gdtr)
    ljmp $8, $LOW(start64)

/* No console driver yet: the serial port as the firmware left it. */
no_long_mode:
    mov $LOW(no_long_mode_text), %esi
    mov $0x3f8, %edx
1:  lodsb
    test %al, %al
    jz 2f
    out %al, %dx
    jmp 1b
2:  mov $0x11, %al          /* QEMU's exit device: failed boot */
    out %al, $0xf4
    hlt
    jmp 2b

    .code64
start64:
    mov $start_high, %rax
    jmp *%rax
start_high:
    mov $16, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov %ebp, %r14d
    mov %esp, %r15d
    mov $kernel_stack_top, %rsp
    xor %ebp, %ebp
    mov %edi, %r12d
    mov %esi, %r13d

    mov $data_image, %rsi   /* data from pristine, at every start */
    mov $data_start, %rdi
    mov $data_end, %rcx
    sub %rdi, %rcx
    shr $3, %rcx
    rep movsq
    mov $bss_start, %rdi
    mov $kernel_stack, %rcx /* what lies above is the stack that we are on */
    sub %rdi, %rcx
    shr $3, %rcx
    xor %eax, %eax
    rep stosq

    mov %r14d, arch_entry_clock
    mov %r15d, arch_entry_clock + 4
    mov %r12d, %edi
    mov %r13d, %esi
    call handoff            /* the loader's tables -> boot_info */
    call kmain
    ud2                     /* kmain() does not return */

/*
 * arch_warm_restart(): leaves long mode for the state that _start expects.
 * Runs on the early map, which lies in the read-only image.
 */
    .global arch_warm_restart
arch_warm_restart:
    cli
    mov $LOW(early_root), %eax
    mov %rax, %cr3
    mov $CR4_PAE, %eax      /* SMEP and SMAP would forbid the low half */
    mov %rax, %cr4
    lgdt early_gdtr
    mov $LOW(1f), %eax
    push $24
    push %rax
    lretq
    .code32
1:  mov $32, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov $0x00000011, %eax   /* paging off */
    mov %eax, %cr0
    mov $MSR_EFER, %ecx
    xor %eax, %eax
    xor %edx, %edx
    wrmsr
    mov $WARM_MAGIC, %eax
    xor %ebx, %ebx
    jmp _start

    .section .rodata.early, "a"
no_long_mode_text:
    .asciz "Reprise: this processor has no 64-bit mode with NX\r\n"

/*
 * The early map: 4 GiB from address 0, once at 0, once as the physmap, and
 * the first GiB of it once more where the image is linked.  Constant, with
 * the accessed and dirty bits already set, so that nothing ever writes it.
 */
#define TABLE 0x23          /* accessed, writable, present */
#define LARGE 0xe3          /* 2 MiB, dirty, accessed, writable, present */

    .balign 4096
early_root:
    .quad LOW(early_low) + TABLE
    .fill 255, 8, 0
    .quad LOW(early_low) + TABLE
    .fill 254, 8, 0
    .quad LOW(early_high) + TABLE
early_low:
    .quad LOW(early_pages) + TABLE, LOW(early_pages) + 0x1000 + TABLE
    .quad LOW(early_pages) + 0x2000 + TABLE, LOW(early_pages) + 0x3000 + TABLE
    .fill 508, 8, 0
early_high:
    .fill 510, 8, 0
    .quad LOW(early_pages) + TABLE
    .quad 0
early_pages:
    .set page, 0
    .rept 2048
    .quad page + LARGE
    .set page, page + 0x200000
    .endr

    .balign 8
early_gdt:                  /* accessed bits set: nothing writes it either */
    .quad 0
    .quad 0x00af9b000000ffff /*  8: 64-bit code */
    .quad 0x00cf93000000ffff /* 16: data */
    .quad 0x00cf9b000000ffff /* 24: 32-bit code */
    .quad 0x00cf93000000ffff /* 32: 32-bit data */
early_gdtr:
    .short . - early_gdt - 1
    .quad LOW(early_gdt)

    .section .bss
    .balign 8
    .global arch_entry_clock
arch_entry_clock:
    .skip 8

    .section .stack, "aw", @nobits
    .balign 4096
    .global kernel_stack_guard, kernel_stack, kernel_stack_top
kernel_stack_guard:         /* never mapped: an overflow faults */
    .skip 4096
kernel_stack:
    .skip KERNEL_STACK_SIZE_BYTES
kernel_stack_top:
