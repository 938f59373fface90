/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The kernel's own symbol table, which tools/symbols.py made from the first
 * link of the image and the second link put into its constants.
 */
#include "kernel/symbols.h"

#include "boot/image.h"
#include "kernel/config.h"

extern const uint32_t symbols_count;
extern const uint64_t symbols_address[];
extern const uint32_t symbols_name[];
extern const char symbols_text[];

bool symbols_find(uint64_t address, const char **name, uint64_t *offset)
{
    uint32_t low = 0, high = symbols_count;

    while (low < high) {
        uint32_t middle = (low + high) / 2;

        if (symbols_address[middle] <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || address >= (uintptr_t)text_end)
        return false;
    *name = symbols_text + symbols_name[low - 1];
    *offset = address - symbols_address[low - 1];
    return true;
}

void symbols_walk(uint64_t fp, symbols_reader *read,
                  void (*visit)(uint64_t pc))
{
    uint64_t record[2];

    for (int depth = 1; depth < BACKTRACE_MAX; depth++) {
        if (fp % sizeof(uint64_t) != 0 || !read(fp, record) || record[1] == 0)
            return;
        visit(record[1]);
        if (record[0] <= fp) /* frames lie higher and higher, or it is junk */
            return;
        fp = record[0];
    }
}
