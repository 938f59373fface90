/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Registers in a device tree: each bus counts addresses in its own way, and
 * "ranges" says how they look from the bus outside it.
 */
#include "boot/aarch64/fdt.h"

/* Cells of an address and of a size inside a bus. */
struct bus {
    unsigned address_cells, size_cells;
};

/* No number that we need has more cells than these. */
#define CELLS_MAX 2

static unsigned cells_of(const struct fdt *fdt, const struct fdt_node *node,
                         const char *name, unsigned otherwise)
{
    struct fdt_value value;

    return fdt_property(fdt, node, name, &value) ? fdt_cell(&value, 0)
                                                 : otherwise;
}

/* False: its numbers are too long (PCI's are). */
static bool bus_read(const struct fdt *fdt, const struct fdt_node *node,
                     struct bus *bus)
{
    bus->address_cells = cells_of(fdt, node, "#address-cells", 2);
    bus->size_cells = cells_of(fdt, node, "#size-cells", 1);
    return bus->address_cells >= 1 && bus->address_cells <= CELLS_MAX &&
           bus->size_cells <= CELLS_MAX;
}

static uint64_t number_at(const struct fdt_value *value, unsigned index,
                          unsigned cells)
{
    uint64_t number = 0;

    for (unsigned i = 0; i < cells; i++)
        number = number << 32 | fdt_cell(value, index + i);
    return number;
}

/* Translates start through one row of "ranges" from index on. */
static bool row_translate(const struct fdt_value *ranges, unsigned index,
                          const struct bus bus[2], uint64_t *start)
{
    uint64_t inner = number_at(ranges, index, bus[0].address_cells);
    uint64_t outer = number_at(ranges, index + bus[0].address_cells,
                               bus[1].address_cells);
    uint64_t size = number_at(ranges, index + bus[0].address_cells +
                              bus[1].address_cells, bus[0].size_cells);

    if (*start < inner || *start - inner >= size)
        return false;
    *start = *start - inner + outer;
    return true;
}

/* Turns an address on the bus into one outside it. */
static bool bus_translate(const struct fdt *fdt, const struct fdt_node *inside,
                          const struct fdt_node *outside, uint64_t *start)
{
    struct fdt_value ranges;
    struct bus bus[2];
    unsigned row;

    if (!bus_read(fdt, inside, &bus[0]) || !bus_read(fdt, outside, &bus[1]) ||
        !fdt_property(fdt, inside, "ranges", &ranges))
        return false;
    if (ranges.size == 0)
        return true; /* the same on both sides */
    row = bus[0].address_cells + bus[1].address_cells + bus[0].size_cells;
    for (unsigned i = 0; (i + row) * 4 <= ranges.size; i += row) {
        if (row_translate(&ranges, i, bus, start))
            return true;
    }
    return false;
}

bool fdt_registers(const struct fdt *fdt, const struct fdt_node *node,
                   unsigned index, struct fdt_range *range)
{
    struct fdt_node inside, outside;
    struct fdt_value reg;
    struct bus bus;
    unsigned row;

    if (!fdt_property(fdt, node, "reg", &reg) ||
        !fdt_parent(fdt, node, &inside) || !bus_read(fdt, &inside, &bus))
        return false;
    row = bus.address_cells + bus.size_cells;
    if (index >= reg.size / (row * 4))
        return false;
    range->start = number_at(&reg, index * row, bus.address_cells);
    range->size = number_at(&reg, index * row + bus.address_cells,
                            bus.size_cells);
    while (fdt_parent(fdt, &inside, &outside)) {
        if (!bus_translate(fdt, &inside, &outside, &range->start))
            return false;
        inside = outside;
    }
    return range->size <= UINT64_MAX - range->start;
}
