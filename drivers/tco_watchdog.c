/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The watchdog in the chip set of a PC with an ICH9: its TCO timer.  When it
 * runs out for the first time it tells the firmware, if that has asked for it
 * (by an SMI); when it runs out again without having been fed, it resets the
 * machine.
 *
 * The registers are in the ACPI ports, but for one bit, "no reboot", which is
 * in the root complex's memory.
 */
#include "arch/x86_64/cpu.h"
#include "drivers/watchdog.h"
#include "kernel/assert.h"
#include "mm/kspace.h"

/* Configuration space of the PCI bus, and of the LPC bridge there: bus 0,
 * device 31, function 0. */
#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
#define LPC_BRIDGE 0x8000f800u
enum {
    LPC_ID = 0x00,
    LPC_PORTS = 0x40, /* ACPI ports: bits 15-7 */
    LPC_PORTS_CONTROL = 0x44,
    LPC_ROOT = 0xf0, /* root complex: bits 31-14 */
};
#define LPC_PORTS_ENABLED 0x80u
#define LPC_ROOT_ENABLED 1u

#define INTEL 0x8086u
#define ICH9_FIRST 0x2910u
#define ICH9_LAST 0x2919u

/* In the root complex. */
#define GENERAL_PAGE 0x3000u
#define GENERAL_STATUS (0x410u / 4)
#define NO_REBOOT (1u << 5)

/* From the first ACPI port. */
enum {
    TCO_RELOAD = 0x60,
    TCO_STATUS1 = 0x64,
    TCO_STATUS2 = 0x66,
    TCO_CONTROL1 = 0x68,
    TCO_TIME = 0x72,
};
#define STATUS1_TIMEOUT (1u << 3)
#define STATUS2_SECOND_TIMEOUT (1u << 1)
#define STATUS2_BOOT (1u << 2)
#define CONTROL1_HALT (1u << 11)

/* A tick is 0.6 s; it runs out twice.  Fewer than 2 ticks are ignored. */
#define TICKS(period_s) ((period_s) * 100 / 60 / 2)
_Static_assert(TICKS(WATCHDOG_S_MIN) >= 2, "else it does not start");
_Static_assert(TICKS(WATCHDOG_S_MAX) < 1024, "it has ten bits");

static struct {
    uint16_t ports; /* 0: none found */
    bool bitten;
    bool runs;
} tco;

static uint32_t config_read(uint32_t reg)
{
    io_out32(CONFIG_ADDRESS, LPC_BRIDGE | reg);
    return io_in32(CONFIG_DATA);
}

static uint16_t tco_read(uint16_t reg)
{
    return io_in16(tco.ports + reg);
}

static void tco_write(uint16_t reg, uint32_t value)
{
    io_out16(tco.ports + reg, (uint16_t)value);
}

static bool is_ich9(void)
{
    uint32_t id = config_read(LPC_ID);

    return (id & 0xffff) == INTEL && id >> 16 >= ICH9_FIRST &&
           id >> 16 <= ICH9_LAST;
}

/* The bit can be held up by a strap of the board: then a time-out does not
 * reset. */
static bool allow_reboot(uint32_t root)
{
    volatile uint32_t *page;

    if ((root & LPC_ROOT_ENABLED) == 0)
        return false;
    page = kspace_map_device(paddr((root & ~0x3fffu) + GENERAL_PAGE),
                             PAGE_SIZE);
    page[GENERAL_STATUS] &= ~NO_REBOOT;
    return (page[GENERAL_STATUS] & NO_REBOOT) == 0;
}

/* Status bits go when a 1 is written to them, this one before that of the
 * boot. */
static void forget(void)
{
    tco_write(TCO_STATUS1, STATUS1_TIMEOUT);
    tco_write(TCO_STATUS2, STATUS2_SECOND_TIMEOUT);
    tco_write(TCO_STATUS2, STATUS2_BOOT);
}

const char *watchdog_init(void)
{
    uint16_t ports = config_read(LPC_PORTS) & 0xff80;

    if (!is_ich9() || ports == 0 ||
        (config_read(LPC_PORTS_CONTROL) & LPC_PORTS_ENABLED) == 0 ||
        !allow_reboot(config_read(LPC_ROOT)))
        return NULL;
    tco.ports = ports;
    tco.bitten = (tco_read(TCO_STATUS2) & STATUS2_SECOND_TIMEOUT) != 0;
    watchdog_stop();
    forget();
    return "TCO timer of the ICH9";
}

bool watchdog_has_bitten(void)
{
    return tco.bitten;
}

void watchdog_start(unsigned period_s)
{
    ASSERT(tco.ports != 0);
    ASSERT(period_s >= WATCHDOG_S_MIN);
    ASSERT(period_s <= WATCHDOG_S_MAX);
    tco_write(TCO_TIME, TICKS(period_s));
    tco_write(TCO_RELOAD, 1);
    tco_write(TCO_CONTROL1, tco_read(TCO_CONTROL1) & ~CONTROL1_HALT);
    tco.runs = true;
}

void watchdog_feed(void)
{
    if (tco.runs)
        tco_write(TCO_RELOAD, 1);
}

void watchdog_stop(void)
{
    if (tco.ports != 0)
        tco_write(TCO_CONTROL1, tco_read(TCO_CONTROL1) | CONTROL1_HALT);
    tco.runs = false;
}
