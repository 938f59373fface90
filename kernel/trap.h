/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What comes up from the architecture: four calls, and the one way back.
 */
#ifndef KERNEL_TRAP_H
#define KERNEL_TRAP_H

#include "mm/types.h"

struct arch_context;

enum fault_kind {
    FAULT_NONE,
    FAULT_PAGE,       /* address and access tell which */
    FAULT_DIVIDE,     /* integer division */
    FAULT_FLOAT,      /* floating-point exception */
    FAULT_ILLEGAL,    /* undefined instruction */
    FAULT_PRIVILEGED, /* instruction or register of the kernel's */
    FAULT_ALIGNMENT,  /* unaligned access */
    FAULT_BREAKPOINT, /* breakpoint or single step */
    FAULT_STACK,      /* the kernel's own stack is used up */
    FAULT_MACHINE,    /* the hardware found an error of its own */
    FAULT_HANG,       /* the kernel's: the watchdog has not been fed */
    FAULT_OTHER,
    FAULT_SAID,       /* the actor itself says so: actorFault() */
};

enum fault_access {
    FAULT_READ,
    FAULT_WRITE,
    FAULT_EXECUTE,
};

struct fault {
    enum fault_kind kind;
    enum fault_access access; /* with FAULT_PAGE */
    bool present;             /* with FAULT_PAGE: mapped, but not allowed */
    uint64_t address;         /* with FAULT_PAGE */
    uint64_t code;            /* as the hardware numbers it, for FAULT_OTHER */
};

/* The system call whose caller is shown with all of its registers: actorFault.
 * Of other callers ctx holds only what arch.h promises. */
#define TRAP_CALL_WHOLE 9

/* The running thread made a system call; ctx tells which.  Returns what to
 * resume, as trap_exit() does: mostly ctx. */
struct arch_context *trap_syscall(struct arch_context *ctx);

/* The running thread did what it must not.  Returns what to resume. */
struct arch_context *trap_fault(struct arch_context *ctx,
                                const struct fault *fault);

/* The kernel did.  Never returns.  ctx is where. */
_Noreturn void trap_kernel_fault(const struct arch_context *ctx,
                                 const struct fault *fault);

/* A device wants attention; comes from user mode or out of arch_idle(). */
void trap_interrupt(unsigned vector);

/* The alarm rang (called by the timer driver inside trap_interrupt()). */
void trap_tick(void);

/* The one exit to user mode: chooses a thread, waiting for one if there is
 * none, and returns its context, activated. */
struct arch_context *trap_exit(void);

#endif
