/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the drivers must know, from the device tree.
 */
#include "boot/aarch64/tree.h"

#include "kernel/string.h"

/* Cells of an interrupt on a GIC: kind, number, flags. */
#define GIC_KIND_PRIVATE 1
#define GIC_FIRST_PRIVATE 16
#define GIC_FIRST_SHARED 32

/* Cells of an interrupt of BCM2836/7's peripherals: bank, number.  Bank 0 is
 * the few that have short ways; the two others have 32 each. */
#define BCM_BANK_LINES 32
/* Lines of a processor's own follow those (drivers/bcm2836.c). */
#define BCM_FIRST_LOCAL 64

static bool is_gic(const struct fdt *fdt, const struct fdt_node *node)
{
    return fdt_is_compatible(fdt, node, "arm,cortex-a15-gic") ||
           fdt_is_compatible(fdt, node, "arm,gic-400") ||
           fdt_is_compatible(fdt, node, "arm,gic-v3");
}

/* The controller that the node's interrupts go to. */
static bool find_controller(const struct fdt *fdt, struct fdt_node node,
                            struct fdt_node *controller)
{
    struct fdt_value value;

    do {
        if (fdt_property(fdt, &node, "interrupt-parent", &value))
            return fdt_find_phandle(fdt, fdt_cell(&value, 0), controller);
    } while (fdt_parent(fdt, &node, &node));
    return false;
}

/* A node's interrupts, and whom they go to. */
struct interrupts {
    struct fdt_value list;
    struct fdt_node controller;
    uint32_t cells; /* of one; 0: the tree does not tell */
};

static struct interrupts find_interrupts(const struct fdt *fdt,
                                         const struct fdt_node *node)
{
    struct interrupts found = {.cells = 0};
    struct fdt_value cells;

    if (fdt_property(fdt, node, "interrupts", &found.list) &&
        find_controller(fdt, *node, &found.controller) &&
        fdt_property(fdt, &found.controller, "#interrupt-cells", &cells))
        found.cells = fdt_cell(&cells, 0);
    return found;
}

/* Sets line to the interrupt of that index, if the tree tells. */
static void read_line(const struct fdt *fdt, const struct interrupts *found,
                      unsigned index, uint32_t *line)
{
    uint32_t first = fdt_cell(&found->list, index * found->cells);
    uint32_t second = fdt_cell(&found->list, index * found->cells + 1);

    if (found->cells == 0)
        return;
    if (is_gic(fdt, &found->controller))
        *line = second + (first == GIC_KIND_PRIVATE ? GIC_FIRST_PRIVATE
                                                    : GIC_FIRST_SHARED);
    else if (fdt_is_compatible(fdt, &found->controller,
                               "brcm,bcm2836-l1-intc"))
        *line = first + BCM_FIRST_LOCAL;
    else if (first >= 1)
        *line = (first - 1) * BCM_BANK_LINES + second;
}

static void read_base(const struct fdt *fdt, const struct fdt_node *node,
                      unsigned index, uint64_t *base)
{
    struct fdt_range range;

    if (fdt_registers(fdt, node, index, &range))
        *base = range.start;
}

/* stdout-path is a path or an alias, perhaps with ":115200n8" behind it. */
static bool find_stdout(const struct fdt *fdt, struct fdt_node *node)
{
    struct fdt_value value;
    char path[128];

    if (!fdt_find(fdt, "/chosen", node) ||
        !fdt_property(fdt, node, "stdout-path", &value))
        return false;
    string_copy(path, fdt_text(&value), sizeof(path));
    for (char *c = path; *c != '\0'; c++) {
        if (*c == ':')
            *c = '\0';
    }
    if (path[0] != '/' && (!fdt_find(fdt, "/aliases", node) ||
                           !fdt_property(fdt, node, path, &value)))
        return false;
    return fdt_find(fdt, path[0] == '/' ? path : fdt_text(&value), node) &&
           fdt_is_compatible(fdt, node, "arm,pl011");
}

static void read_uart(const struct fdt *fdt, struct boot_platform *platform)
{
    struct fdt_node node, clock;
    struct interrupts found;
    struct fdt_value value;

    if (!find_stdout(fdt, &node) &&
        !fdt_find_compatible(fdt, "arm,pl011", &node))
        return;
    read_base(fdt, &node, 0, &platform->uart);
    found = find_interrupts(fdt, &node);
    read_line(fdt, &found, 0, &platform->uart_line);
    if (fdt_property(fdt, &node, "clocks", &value) &&
        fdt_find_phandle(fdt, fdt_cell(&value, 0), &clock) &&
        fdt_property(fdt, &clock, "clock-frequency", &value))
        platform->uart_hz = fdt_cell(&value, 0);
}

static void read_irqchip(const struct fdt *fdt, struct boot_platform *platform)
{
    static const struct {
        const char *name;
        enum irqchip_kind kind;
    } gics[] = {
        {"arm,gic-v3", IRQCHIP_GIC3},
        {"arm,cortex-a15-gic", IRQCHIP_GIC2},
        {"arm,gic-400", IRQCHIP_GIC2},
    };
    struct fdt_node node;

    for (unsigned i = 0; i < sizeof(gics) / sizeof(gics[0]); i++) {
        if (!fdt_find_compatible(fdt, gics[i].name, &node))
            continue;
        platform->irqchip = gics[i].kind;
        read_base(fdt, &node, 0, &platform->irqchip_base[0]);
        read_base(fdt, &node, 1, &platform->irqchip_base[1]);
        return;
    }
    if (fdt_find_compatible(fdt, "brcm,bcm2836-l1-intc", &node))
        read_base(fdt, &node, 0, &platform->irqchip_base[0]);
    if (fdt_find_compatible(fdt, "brcm,bcm2836-armctrl-ic", &node))
        read_base(fdt, &node, 0, &platform->irqchip_base[1]);
}

/* The virtual timer works on EL1 whoever started us; it is the third of the
 * timer's interrupts, the second is the physical one's. */
static void read_timer(const struct fdt *fdt, struct boot_platform *platform)
{
    struct fdt_node node;
    struct interrupts found;
    struct fdt_value value;

    if (!fdt_find_compatible(fdt, "arm,armv8-timer", &node) &&
        !fdt_find_compatible(fdt, "arm,armv7-timer", &node))
        return;
    found = find_interrupts(fdt, &node);
    read_line(fdt, &found, 1, &platform->bark_line);
    read_line(fdt, &found, 2, &platform->timer_line);
    if (fdt_property(fdt, &node, "clock-frequency", &value))
        platform->clock_hz = fdt_cell(&value, 0);
}

static void read_power(const struct fdt *fdt, struct boot_platform *platform)
{
    struct fdt_node node;
    struct fdt_value value;

    if (fdt_find_compatible(fdt, "arm,psci-0.2", &node) ||
        fdt_find_compatible(fdt, "arm,psci-1.0", &node)) {
        fdt_property(fdt, &node, "method", &value);
        if (strcmp(fdt_text(&value), "hvc") == 0)
            platform->psci = PSCI_HVC;
        if (strcmp(fdt_text(&value), "smc") == 0)
            platform->psci = PSCI_SMC;
    }
    if (fdt_find_compatible(fdt, "brcm,bcm2835-pm-wdt", &node) ||
        fdt_find_compatible(fdt, "brcm,bcm2835-pm", &node))
        read_base(fdt, &node, 0, &platform->power);
}

void tree_read_devices(const struct fdt *fdt, struct boot_platform *platform)
{
    read_uart(fdt, platform);
    read_irqchip(fdt, platform);
    read_timer(fdt, platform);
    read_power(fdt, platform);
}
