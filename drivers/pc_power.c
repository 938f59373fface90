/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Power and reset of a PC.  Of ACPI only the fixed tables are read: the FADT
 * names the registers, and the sleep type of "off" is a constant of a fixed
 * form in the DSDT, found without an interpreter.
 */
#include "arch/arch.h"
#include "arch/x86_64/cpu.h"
#include "drivers/power.h"
#include "kernel/string.h"

#define BIOS_AREA 0xe0000u
#define BIOS_AREA_END 0x100000u

#define RESET_CONTROL 0xcf9 /* every chip set since the PIIX */
#define RESET_WARM 0x06
#define KEYBOARD_COMMAND 0x64
#define KEYBOARD_PULSE_RESET 0xfe

#define EXIT_DEVICE 0xf4 /* QEMU's isa-debug-exit; nothing elsewhere */
#define EXIT_FAILED 0x11

#define SLEEP_ENABLE (1u << 13)
#define SLEEP_TYPE_SHIFT 10

/* ACPI enable is done by the firmware's own hand; give it time. */
#define ENABLE_POLLS_MAX 1000000
#define SCI_ENABLED 1u

struct acpi_rsdp {
    char signature[8];
    uint8_t checksum;
    char oem[6];
    uint8_t revision;
    uint32_t rsdt;
} __attribute__((packed));

struct acpi_table {
    char signature[4];
    uint32_t size;
    uint8_t rest[28];
} __attribute__((packed));

/* Byte offsets in the FADT. */
enum {
    FADT_DSDT = 40,
    FADT_ENABLE_PORT = 48,
    FADT_ENABLE_VALUE = 52,
    FADT_CONTROL_PORT = 64,
    FADT_RESET_REGISTER = 116, /* {space, width, offset, access, address} */
    FADT_RESET_VALUE = 128,
    FADT_SIZE_WITH_RESET = 129,
};
#define ACPI_SPACE_IO 1

static const void *early_pointer(uint64_t physical)
{
    return (const void *)(uintptr_t)physical;
}

static uint32_t read32(const void *table, unsigned offset)
{
    uint32_t value;

    memcpy(&value, (const char *)table + offset, sizeof(value));
    return value;
}

/* Whether the four letters stand there: one comparison, for a search looks at
 * thousands of places. */
static inline bool says(const void *place, const char letters[4])
{
    uint32_t here, wanted;

    __builtin_memcpy(&here, place, sizeof(here));
    __builtin_memcpy(&wanted, letters, sizeof(wanted));
    return here == wanted;
}

static bool is_rsdp(const struct acpi_rsdp *rsdp)
{
    const uint8_t *bytes = (const uint8_t *)rsdp;
    uint8_t sum = 0;

    if (!says(rsdp, "RSD ") || memcmp(rsdp->signature, "RSD PTR ", 8) != 0)
        return false;
    for (unsigned i = 0; i < 20; i++)
        sum = (uint8_t)(sum + bytes[i]);
    return sum == 0;
}

/* Loaders that do not tell leave it to the search that BIOSes are made for. */
static const struct acpi_rsdp *rsdp_find(uint64_t told)
{
    if (told != 0)
        return is_rsdp(early_pointer(told)) ? early_pointer(told) : NULL;
    for (uint32_t at = BIOS_AREA; at < BIOS_AREA_END; at += 16) {
        if (is_rsdp(early_pointer(at)))
            return early_pointer(at);
    }
    return NULL;
}

static const struct acpi_table *table_find(const struct acpi_table *rsdt,
                                           const char *signature)
{
    for (uint32_t at = 36; at + 4 <= rsdt->size; at += 4) {
        const struct acpi_table *table = early_pointer(read32(rsdt, at));

        if (says(table->signature, signature))
            return table;
    }
    return NULL;
}

/* Finds  Name (_S5, Package () { type, ... })  in its byte form: the name,
 * 0x12, a package length of one byte, the element count, and the first
 * element, which is 0, 1, or 0x0a and a byte. */
static bool sleep_type_find(const struct acpi_table *dsdt, uint32_t *type)
{
    const uint8_t *bytes = (const uint8_t *)dsdt;

    for (uint32_t i = 36; i + 9 < dsdt->size; i++) {
        if (!says(bytes + i, "_S5_") || bytes[i + 4] != 0x12 ||
            bytes[i + 5] >= 64)
            continue;
        *type = bytes[i + 7] == 0x0a ? bytes[i + 8] : bytes[i + 7];
        return *type < 8;
    }
    return false;
}

static void read_reset(struct boot_platform *platform, const uint8_t *fadt)
{
    const uint8_t *reg = fadt + FADT_RESET_REGISTER;

    if (read32(fadt, 4) < FADT_SIZE_WITH_RESET || reg[0] != ACPI_SPACE_IO)
        return;
    platform->reset_port = read32(reg, 4);
    platform->reset_value = fadt[FADT_RESET_VALUE];
}

void power_find(struct boot_platform *platform)
{
    const struct acpi_rsdp *rsdp = rsdp_find(platform->tables);
    const struct acpi_table *fadt;
    uint32_t type;

    if (rsdp == NULL || rsdp->rsdt == 0)
        return;
    fadt = table_find(early_pointer(rsdp->rsdt), "FACP");
    if (fadt == NULL)
        return;
    read_reset(platform, (const uint8_t *)fadt);
    if (read32(fadt, FADT_DSDT) == 0 ||
        !sleep_type_find(early_pointer(read32(fadt, FADT_DSDT)), &type))
        return;
    platform->off_port = read32(fadt, FADT_CONTROL_PORT);
    platform->off_value = type << SLEEP_TYPE_SHIFT | SLEEP_ENABLE;
    platform->enable_port = read32(fadt, FADT_ENABLE_PORT);
    platform->enable_value = read32(fadt, FADT_ENABLE_VALUE) & 0xff;
}

void power_reset(void)
{
    const struct boot_platform *platform = &boot_info.platform;

    __asm__ volatile("cli; wbinvd");
    if (platform->reset_port != 0)
        io_out8((uint16_t)platform->reset_port, (uint8_t)platform->reset_value);
    io_out8(RESET_CONTROL, RESET_WARM);
    io_out8(KEYBOARD_COMMAND, KEYBOARD_PULSE_RESET);
    for (;;) /* a reset takes effect when it does */
        __asm__ volatile("hlt");
}

void power_off(void)
{
    const struct boot_platform *platform = &boot_info.platform;
    uint16_t port = (uint16_t)platform->off_port;

    if (port != 0) {
        if (platform->enable_port != 0)
            io_out8((uint16_t)platform->enable_port,
                    (uint8_t)platform->enable_value);
        for (int i = 0; i < ENABLE_POLLS_MAX; i++) {
            if (io_in16(port) & SCI_ENABLED)
                break;
        }
        io_out16(port, (uint16_t)platform->off_value);
    }
    arch_halt();
}

void power_fail(void)
{
    io_out32(EXIT_DEVICE, EXIT_FAILED);
    arch_halt();
}
