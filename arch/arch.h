/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The contract between the portable kernel and a processor architecture.
 *
 * Everything that kernel/ and mm/ ask of a processor is declared here, and
 * arch/<arch>/ gives it: the inline half in arch_inline.h, included last, so
 * that a function that is missing there or has another type does not build.
 * What comes up from the processor are the four calls of kernel/trap.h.
 * Register names and vector numbers stay below this line.
 *
 * The kernel runs on one processor, on one stack, with interrupts off; only
 * arch_idle() lets one in.
 */
#ifndef ARCH_ARCH_H
#define ARCH_ARCH_H

#include "mm/types.h"

/* The inline half also defines:
 *   ARCH_NAME         the architecture's name, for messages
 *   ARCH_ELF_MACHINE  its number in an ELF header
 *   ARCH_BANK_BASE    where its machines have their bank by default
 *   ARCH_TAGS         how many user maps the processor can tell apart
 */

/* The user-mode registers of one thread; defined by the architecture, in
 * arch_context.h.  A trap from user mode saves into the activated context and
 * nowhere else.  A system call may leave there for later what C functions do
 * not touch; it is saved when the context is switched from. */
struct arch_context;

/* Those of them that are not floating-point ones. */
struct arch_registers;

/* arch_assert.h defines:
 *   ARCH_ASSERT_FAILED(text)
 *                     where an assertion does not hold; text is a string
 */

/* arch_context.h also defines, inline:
 *   uint64_t arch_context_call(const struct arch_context *ctx)
 *                     the number of the system call that ctx is in
 *   const uint64_t *arch_context_args(const struct arch_context *ctx)
 *                     its six arguments
 *   void arch_context_set_result(struct arch_context *ctx, long result)
 *                     sets what it will return; may overwrite an argument
 */

/* ---- Processor --------------------------------------------------------- */

/* Turns on every protection that the processor has.  Once a start. */
void arch_init(void);

/* Writes the protections that are on, as words, into line. */
void arch_describe(char *line, size_t size);

/* Lets interrupts in until one has been served. */
void arch_idle(void);

/* What cannot be masked may come again, inside one that is told of. */
void arch_unmaskable_again(void);

/* Stops for ever. */
_Noreturn void arch_halt(void);

/* Takes away what exceptions need, and causes one: a fault on purpose of which
 * the kernel cannot tell.  A processor may reset the machine, or be lost. */
_Noreturn void arch_wreck(void);

/* Moves the stack pointer to where no stack can be, and goes on: a fault on
 * purpose which the kernel must be able to tell. */
_Noreturn void arch_stray(void);

/* Installs the trap vectors, without which no assertion would be told, and
 * finds out what the code before kmain() wants to know of the processor.  First
 * of all after start.S. */
void arch_find(void);

/* Enters the kernel's image again at its start, as a loader would, with
 * interrupts off and the early address map.  RAM is not touched. */
_Noreturn void arch_warm_restart(void);

/* Resumes ctx in user mode: the end of kmain(). */
_Noreturn void arch_enter_user(struct arch_context *ctx);

/* A number that an actor cannot guess (as far as the machine allows). */
uint64_t arch_random(void);

/* Lets actors read the processor's counter of cycles from now on, for
 * measurements; false: it has none.  It goes on over a warm restart. */
bool arch_counter_open(void);

/* That counter. */
uint64_t arch_counter(void);

/* The clock behind drivers/timer.h: only grows, goes on over a warm restart. */
static inline uint64_t arch_clock(void);

/* That clock as it was when the kernel's image was entered;
 * start.S. */
extern uint64_t arch_entry_clock;

/* ---- Contexts ---------------------------------------------------------- */

/* Makes ctx start at entry, a C function, in user mode, with clean registers
 * and the stack that grows down from stack, aligned as the function needs. */
void arch_context_init(struct arch_context *ctx, uaddr_t entry, uaddr_t stack);

/* Sets the first arguments of the function at ctx's entry. */
void arch_context_set_args(struct arch_context *ctx, const uint64_t args[3]);

/* The next return to user mode resumes next, the next trap saves into it;
 * prev (or NULL) is put away first with its floating-point registers. */
void arch_context_switch(struct arch_context *prev, struct arch_context *next);

/* Where ctx was: program counter, stack pointer and frame pointer. */
struct arch_place {
    uint64_t pc, sp, fp;
};
struct arch_place arch_context_place(const struct arch_context *ctx);

/* Where the caller is, for a backtrace of the kernel. */
struct arch_place arch_place_here(void);

/* A function that calls none has no frame.  If the kernel was at ctx in the one
 * that begins at function, which was called by name, and its return address is
 * where it was left: that; else 0. */
uint64_t arch_context_return(const struct arch_context *ctx, uint64_t function);

/* The layout of a frame record: {caller's frame pointer, return address} at
 * the frame pointer.  Both architectures agree on it, so the walk is portable
 * (kernel/symbols.c). */

/* All of ctx that a report shows. */
const struct arch_registers *arch_context_registers(
    const struct arch_context *ctx);

/* Prints all registers by name, a few a line, through print(fmt, ...). */
void arch_registers_print(const struct arch_registers *registers,
                          void (*print)(const char *format, ...));

/* ---- Page tables (used by mm/ptab.c and mm/kspace.c only) --------------- */

typedef uint64_t pte_t;

/* Levels are counted from the page up: 0 maps 4 KiB, 1 maps 2 MiB, 2 maps 1 GiB
 * if the highest level that maps anything is 2, and 3 holds tables only. */
#define PTAB_LEVELS 4
#define PTAB_ENTRIES 512

static inline unsigned arch_leaf_level_max(void);

static inline pte_t arch_pte_leaf(paddr_t page, unsigned prot, unsigned level);
static inline pte_t arch_pte_next(pte_t leaf); /* of the next page */
static inline pte_t arch_pte_table(paddr_t table);
static inline bool arch_pte_valid(pte_t pte);
static inline bool arch_pte_is_table(pte_t pte, unsigned level);
static inline paddr_t arch_pte_address(pte_t pte);
static inline unsigned arch_pte_prot(pte_t pte);

/* Whether the page may have been written to through this entry since the entry
 * was made or arch_pte_clean() was put in its place.  A processor that keeps no
 * such note says yes. */
static inline bool arch_pte_dirty(pte_t pte);
static inline pte_t arch_pte_clean(pte_t pte);

/* Puts into a new root whatever of the kernel's map every root must hold. */
void arch_ptab_adopt(pte_t *root, const pte_t *kernel_root);

/* Whether a root holds that. */
static inline bool arch_ptab_adopted(const pte_t *root,
                                     const pte_t *kernel_root);

/* What stands for a map of user addresses.  Its tag is a number below ARCH_TAGS
 * that only this map has while the processor may remember anything of it. */
static inline uint64_t arch_ptab_token(paddr_t root, unsigned tag);

/* Makes the map that the token stands for the current one. */
void arch_ptab_activate(uint64_t token);

/* Has the processor forget what it remembers of the maps with that tag.  No map
 * of user addresses is the current one then. */
void arch_ptab_forget(unsigned tag);

/* Makes root the map of kernel addresses, for good. */
void arch_ptab_activate_kernel(paddr_t root);

/* Entries that were invalid and have been written are seen from here on. */
static inline void arch_ptab_written(void);

/* Forgets what the processor remembers of one page, of whatever space. */
static inline void arch_tlb_flush_page(uint64_t address);

/* Where a byte of the kernel's image lies in RAM. */
static inline paddr_t arch_image_physical(const void *place);

/* ---- Memory ------------------------------------------------------------ */

/* Fills a page with zeros; with _from what lies behind offset < PAGE_SIZE, and
 * perhaps some of what lies before; with _out gets them out of every cache,
 * too. */
void arch_page_zero(void *page);
void arch_page_zero_from(void *page, size_t offset);
void arch_page_zero_out(void *page);

/* Copies between the kernel and the current user map.  The caller has checked
 * that the whole range is mapped and allows it: these cannot fault. */
void arch_user_read(void *to, uaddr_t from, size_t size);
void arch_user_write(uaddr_t to, const void *from, size_t size);

/* The same for one aligned word. */
uint32_t arch_user_read_word(uaddr_t from);

/* Writes the lines that hold [start, start + size) back to memory, and waits
 * until they are there. */
void arch_cache_clean(const void *start, size_t size);

/* All stores before it are done, in every observer's eyes, before any after. */
static inline void arch_store_barrier(void);

/* One step of a CRC-32C, over a word, where arch_has_crc() says that the
 * processor has an instruction for it. */
static inline bool arch_has_crc(void);
static inline uint64_t arch_crc32c_step(uint64_t crc, uint64_t word);

/* Makes code that was written through start visible to instruction fetch. */
void arch_code_sync(const void *start, size_t size);

#include "arch_inline.h" /* arch/<arch>/ or tests/host/arch/ */

#endif
