/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From the loader to kmain().  Every start comes through _start as the boot
 * protocol of Linux has it, with the MMU off: QEMU -kernel, U-Boot's booti,
 * the Raspberry Pi's firmware, and a warm restart, which drops back to this
 * state and says WARM_MAGIC where a loader says 0.
 *
 *   x0  the device tree (physical)        x1  0 or WARM_MAGIC
 *
 * The image is linked high and runs low here: LOW(symbol) is its address.
 * Nothing is written before the MMU is on, so no cache holds anything stale.
 */
#include "arch_layout.h"
#include "arch_trap.h"
#include "kernel/config.h"

#define LOW(symbol) (symbol - IMAGE_BASE)

#define HEADER_FLAGS 2 /* little endian, pages of 4 KiB, near RAM's beginning */

#define HCR_EL1_IS_64_BIT (1 << 31)
#define CPTR_NO_TRAPS 0x33ff
#define TIMERS_FOR_EL1 3
#define GIC_REGISTERS_FOR_EL1 9
#define EL1_MASKED 0x3c5        /* with SP_EL1, no interrupts */

/* Kind 0 of memory: cached; 1: device, early acknowledge. */
#define MAIR 0x04ff
/* 47 bits for user addresses, which are the lower half of a root, 48 for the
 * kernel's; 4 KiB pages; walks cached and inner shareable. */
#define TCR 0xb5103511
#define TCR_SIZE_SHIFT 32
#define TCR_SIZE_MAX 5          /* 48 bits of physical address */
#define CPACR_FLOAT (3 << 20)   /* for EL0, and to switch its registers */

    .section .head, "ax"
    .global entry_halt_vectors
entry_halt_vectors:
image_header:
    b _start
    .long 0
    .quad IMAGE_OFFSET
    .quad image_memory
    .quad HEADER_FLAGS
    .quad 0, 0, 0
    .ascii "ARM\x64"
    .long 0

    .global _start
_start:
    msr daifset, #15
    mrs x2, mpidr_el1       /* of several processors we take the first */
    tst x2, #0xff
    b.ne park
    mrs x2, CurrentEL
    lsr x2, x2, #2
    cmp x1, #0              /* the level goes up to handoff() in x1's 0 */
    csel x1, x2, x1, eq
    cmp x2, #2
    b.hi wrong_level
    b.lo from_el1

/* EL1 is to be as if there were no EL2. */
    mov x2, #HCR_EL1_IS_64_BIT
    msr hcr_el2, x2
    mov x2, #CPTR_NO_TRAPS
    msr cptr_el2, x2
    msr hstr_el2, xzr
    msr vttbr_el2, xzr
    mov x2, #TIMERS_FOR_EL1
    msr cnthctl_el2, x2
    msr cntvoff_el2, xzr
    mrs x2, midr_el1
    msr vpidr_el2, x2
    mrs x2, mpidr_el1
    msr vmpidr_el2, x2
    mrs x2, pmcr_el0        /* all event counters are EL1's */
    ubfx x2, x2, #11, #5
    msr mdcr_el2, x2
    mrs x2, id_aa64pfr0_el1 /* a GICv3 with registers of the processor */
    tst x2, #0xf000000
    b.eq 1f
    mrs x2, s3_4_c12_c9_5   /* ICC_SRE_EL2 */
    mov x3, #GIC_REGISTERS_FOR_EL1
    orr x2, x2, x3
    msr s3_4_c12_c9_5, x2
    isb
    msr s3_4_c12_c11_0, xzr /* ICH_HCR_EL2 */
1:  ldr x2, =SCTLR_OFF
    msr sctlr_el1, x2
    mov x2, #EL1_MASKED
    msr spsr_el2, x2
    adr x2, from_el1
    msr elr_el2, x2
    isb
    eret

from_el1:
    ldr x2, =SCTLR_OFF
    msr sctlr_el1, x2
    isb
    adrp x2, image_start    /* linked for one place in RAM */
    ldr x3, =LOW(image_start)
    cmp x2, x3
    b.ne wrong_place
    ic iallu
    tlbi vmalle1
    dsb nsh
    isb
    mov x2, #CPACR_FLOAT
    msr cpacr_el1, x2
    ldr x2, =MAIR
    msr mair_el1, x2
    mrs x2, id_aa64mmfr0_el1
    and x2, x2, #15
    mov x3, #TCR_SIZE_MAX
    cmp x2, x3
    csel x2, x2, x3, lo
    ldr x3, =TCR
    orr x3, x3, x2, lsl #TCR_SIZE_SHIFT
    msr tcr_el1, x3
    adrp x2, early_root
    msr ttbr0_el1, x2
    msr ttbr1_el1, x2
    isb
    ldr x2, =SCTLR_ON
    msr sctlr_el1, x2
    isb
    ldr x2, =start_high
    br x2

start_high:
    mrs x28, cntvct_el0     /* arch_entry_clock, until there is a BSS */
    adrp x2, kernel_stack_top
    mov sp, x2
    mov x29, xzr
    mov x30, xzr
    adrp x2, data_image     /* data from pristine, at every start */
    adrp x3, data_start
    adrp x4, data_end
    b 2f
1:  ldp x5, x6, [x2], #16
    stp x5, x6, [x3], #16
2:  cmp x3, x4
    b.lo 1b
    adrp x3, bss_start
    adrp x4, kernel_stack   /* what lies above is the stack that we are on */
    b 2f
1:  stp xzr, xzr, [x3], #16
2:  cmp x3, x4
    b.lo 1b
    ldr x2, =arch_entry_clock
    str x28, [x2]
    mov x2, x0
    mov x0, x1
    mov x1, x2
    bl handoff              /* the device tree -> boot_info */
    bl kmain
    brk #0                  /* kmain() does not return */

    .balign 8
exit_words:                 /* for SYS_EXIT: the reason, the status */
    .quad 0x20026, 35

/* Where the image begins, there begin the entry_halt_vectors, of which this is
 * the only one that is used. */
    .org 0x200
park:
    wfe
    b park

/*
 * arch_warm_restart(): switches the MMU off for the state that _start
 * expects.  What the caches hold of RAM stays in them, and is found again
 * when the MMU is on again; the image is in RAM, for nothing ever wrote it.
 */
    .global arch_warm_restart
arch_warm_restart:
    msr daifset, #15
    ldr x2, =LOW(early_root)
    msr ttbr0_el1, x2
    isb
    tlbi vmalle1
    dsb nsh
    isb
    ldr x2, =LOW(1f)
    br x2
1:  ldr x2, =SCTLR_OFF
    msr sctlr_el1, x2
    isb
    ldr x2, =LOW(image_spare)
    bl drop_lines           /* the spare copy into memory, whence it is run */
    ic iallu
    dsb nsh
    isb
    adr x2, image_restore
    ldr x3, =LOW(image_start)
    sub x2, x2, x3
    ldr x3, =LOW(image_spare)
    add x2, x2, x3
    br x2

/* Writes back and drops what the caches hold of as much as an image, from x2
 * on.  x2 stays, x3 becomes the end. */
drop_lines:
    ldr x3, =image_size
    add x3, x2, x3
    mrs x4, ctr_el0
    ubfx x4, x4, #16, #4    /* log2 of the words of a line */
    mov x5, #4
    lsl x4, x5, x4
    mov x5, x2
1:  dc civac, x5
    add x5, x5, x4
    cmp x5, x3
    b.lo 1b
    dsb sy
    ret

/*
 * Runs in the spare copy of the image, which nobody could write, with the MMU
 * off: puts the image right where it differs, and starts it.  What the caches
 * hold of the image goes first: from here on memory itself is read and written.
 *
 *   x0  1: it did differ
 */
image_restore:
    ldr x2, =LOW(image_start)
    bl drop_lines
    mov x0, xzr
    ldr x4, =LOW(image_spare)
1:  ldp x5, x6, [x4], #16
    ldp x7, x8, [x2]
    cmp x5, x7
    ccmp x6, x8, #0, eq
    b.eq 2f
    stp x5, x6, [x2]
    mov x0, #1
2:  add x2, x2, #16
    cmp x2, x3
    b.lo 1b
    dsb sy
    ic iallu
    dsb nsh
    isb
    ldr x1, =WARM_MAGIC
    ldr x2, =LOW(_start)
    br x2

wrong_level:
    adr x2, wrong_level_text
    adr x3, entry_halt_vectors
    msr spsel, #1
    msr vbar_el3, x3
    b say_and_stop
wrong_place:
    adr x2, wrong_place_text
    adr x3, entry_halt_vectors
    msr vbar_el1, x3

/* No console driver yet: the serial port as the firmware left it. */
say_and_stop:
    ldr x3, =BOARD_UART
1:  ldrb w4, [x2], #1
    cbz w4, 2f
    str w4, [x3]
    b 1b
2:  mov x0, #0x18           /* an emulator exits, failed: SYS_EXIT */
    adr x1, exit_words
    hlt #0xf000
    b park

wrong_level_text:
    .asciz "Reprise: entered at EL3; a loader must enter at EL2 or EL1\r\n"
wrong_place_text:
    .asciz "Reprise: the loader put the image where it cannot run\r\n"
    .balign 8
    .ltorg

/*
 * The early map: 4 GiB from address 0, once at 0, once as the physmap, and
 * the first GiB of RAM once more where the image is linked.  Constant: no bit
 * of it is the processor's to write.  Already here what can be executed
 * cannot be written: the 2 MiB of the image.
 */
#define TABLE 0x3
#define MEMORY (0x0060000000000701) /* PXN UXN, accessed, shareable, 2 MiB */
#define IMAGE (0x0040000000000781)  /* UXN, read-only, the same */
#define DEVICE (0x0060000000000705) /* PXN UXN, kind 1, the same */

    .section .rodata.early, "a"
    .balign 4096
    .global early_root
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
    .quad LOW(early_pages) + (BOARD_RAM >> 30) * 0x1000 + TABLE
    .quad 0
early_pages:
    .set page, 0
    .rept 2048
    .if page == IMAGE_LOAD
    .quad page + IMAGE
    .elseif page >= BOARD_RAM && page < BOARD_RAM_END
    .quad page + MEMORY
    .else
    .quad page + DEVICE
    .endif
    .set page, page + 0x200000
    .endr

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
