/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Theory.  Each word of the pattern follows from its own address, so a page
 * is known again wherever and whenever it is looked at, and one that shows up
 * at another address is not taken for one that stayed.  Nothing else says
 * that the test was run: where all RAM is lost, so is the question.
 */
#include "kernel/retention.h"

#include "arch/arch.h"
#include "kernel/klog.h"
#include "kernel/site.h"
#include "mm/kspace.h"

#define WORDS (PAGE_SIZE / sizeof(uint64_t))

/* A page with so many wrong words is noise. */
#define WORDS_WRONG_MAX (WORDS / 4)

/* Where a page is looked for, before all are. */
#define PROBE_STEP 0x100000ull

/* Lines of a report: RAM that is all in pieces would fill the log. */
#define LINES_MAX 32

enum state { STATE_NONE, STATE_WHOLE, STATE_DAMAGED, STATE_LOST };

static struct {
    enum state state; /* of the pages from start on */
    uint64_t start, end;
    uint64_t whole, damaged, lost; /* pages */
    unsigned lines;
} report;

static uint64_t pattern(uint64_t address)
{
    uint64_t value = (address + 1) * 0x9e3779b97f4a7c15ull;

    return value ^ value >> 29;
}

void retention_run(void)
{
    uint64_t pages = 0;
    paddr_t frame;

    klog("retention: filling %lu KiB of free RAM\n",
         frame_available() * PAGE_SIZE >> 10);
    while (frame_allocate(&frame) == K_OK) {
        uint64_t *word = kspace_pointer(frame);

        for (uint64_t i = 0; i < WORDS; i++)
            word[i] = pattern(frame.raw + i * sizeof(*word));
        arch_cache_clean(word, PAGE_SIZE);
        pages++;
    }
    klog("retention: %lu pages filled\n", pages);
    site_reset("to see which RAM comes back");
}

static enum state page_state(uint64_t address)
{
    const uint64_t *word = kspace_pointer(paddr(address));
    unsigned wrong = 0;

    for (uint64_t i = 0; i < WORDS && wrong <= WORDS_WRONG_MAX; i++)
        wrong += word[i] != pattern(address + i * sizeof(*word));
    if (wrong == 0)
        return STATE_WHOLE;
    return wrong <= WORDS_WRONG_MAX ? STATE_DAMAGED : STATE_LOST;
}

static bool in_hole(uint64_t address, const struct frame_hole *holes,
                    unsigned hole_count)
{
    for (unsigned i = 0; i < hole_count; i++) {
        if (address + PAGE_SIZE > holes[i].start.raw &&
            address < holes[i].start.raw + holes[i].size)
            return true;
    }
    return false;
}

/* The end of what can be read of a range before kspace_init(). */
static uint64_t range_end(const struct boot_range *range)
{
    uint64_t end = range->start.raw + range->size;

    return end < ARCH_EARLY_RAM ? end : ARCH_EARLY_RAM;
}

static bool was_run(const struct boot_info *info)
{
    for (unsigned i = 0; i < info->range_count; i++) {
        const struct boot_range *range = &info->ranges[i];

        for (uint64_t at = range->start.raw; at < range_end(range);
             at += PROBE_STEP) {
            if (page_state(at) != STATE_LOST)
                return true;
        }
    }
    return false;
}

static void run_end(void)
{
    static const char *const words[] = {
        [STATE_WHOLE] = "came back whole",
        [STATE_DAMAGED] = "came back with errors",
        [STATE_LOST] = "lost, or not free then",
    };

    if (report.state != STATE_NONE && report.lines++ < LINES_MAX)
        klog("retention: 0x%lx-0x%lx, %lu KiB: %s\n", report.start, report.end,
             (report.end - report.start) >> 10, words[report.state]);
    report.state = STATE_NONE;
}

static void page_visit(uint64_t address)
{
    enum state state = page_state(address);

    report.whole += state == STATE_WHOLE;
    report.damaged += state == STATE_DAMAGED;
    report.lost += state == STATE_LOST;
    if (state != report.state || address != report.end) {
        run_end();
        report.state = state;
        report.start = address;
    }
    report.end = address + PAGE_SIZE;
}

/* So many wrong words that the next start will not know the page again. */
static void page_wipe(uint64_t address)
{
    uint64_t *word = kspace_pointer(paddr(address));

    for (uint64_t i = 0; i <= WORDS_WRONG_MAX; i++)
        word[i] = 0;
}

static void range_visit(const struct boot_range *range,
                        const struct frame_hole *holes, unsigned hole_count)
{
    for (uint64_t at = range->start.raw; at < range_end(range);
         at += PAGE_SIZE) {
        if (in_hole(at, holes, hole_count))
            continue;
        page_visit(at);
        page_wipe(at);
    }
    run_end();
}

void retention_report(const struct boot_info *info,
                      const struct frame_hole *holes, unsigned hole_count)
{
    if (info->cause != BOOT_COLD || !was_run(info))
        return;
    for (unsigned i = 0; i < info->range_count; i++)
        range_visit(&info->ranges[i], holes, hole_count);
    klog("retention: of %lu KiB, %lu whole, %lu with errors, %lu lost\n",
         (report.whole + report.damaged + report.lost) * PAGE_SIZE >> 10,
         report.whole * PAGE_SIZE >> 10, report.damaged * PAGE_SIZE >> 10,
         report.lost * PAGE_SIZE >> 10);
}
