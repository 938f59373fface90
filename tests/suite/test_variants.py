# SPDX-License-Identifier: BSD-2-Clause
"""Every machine that we know: what each must be able to do."""

import re

import pytest

import lines
from debugger import Debugger
from machine import ARCH
from test_site import read, write

# name: (board, properties of its machine, processor, what it says of itself)
VARIANTS = {
    "x86_64": {
        "pc-old": ("pc", "", "qemu64", "protections: NX"),
    },
    "aarch64": {
        "gic2-a53": ("virt", "gic-version=2", "cortex-a53",
                     "at EL1, .*PXN UXN WXN"),
        "gic3-a72": ("virt", "gic-version=3", "cortex-a72",
                     "at EL1, .*PXN UXN WXN"),
        "gic2-el2-a72": ("virt", "gic-version=2,virtualization=on",
                         "cortex-a72", "at EL2, .*PXN UXN WXN"),
        "gic3-el2-max": ("virt", "gic-version=3,virtualization=on", "max",
                         "at EL2, .*PXN UXN WXN PAN"),
        "rpi3": ("rpi3", "", "max",
                 "at EL2, .*PXN UXN WXN"),
    },
}[ARCH]


@pytest.fixture(name="variant", params=VARIANTS)
def made_variant(machines, request):
    """One of the machines, not yet on, and what it says of itself."""
    board, properties, cpu, said = VARIANTS[request.param]

    def make(**others):
        return machines(board=board, properties=properties, cpu=cpu, **others)
    make.said = said
    return make


def test_life(variant):
    """From reset to power-off by way of every kind of restart."""
    machine = variant().boot()
    assert re.search(variant.said, machine.text(), re.S)
    machine.type("arun -g hello")
    machine.expect(lines.restarted("hello", 1))
    machine.expect("hello: back again, this is life 2")
    place = write(machine, "survivor", "one-two-three")
    for way, line in (("restart", lines.BOOT_WARM), ("panic", lines.BOOT_WARM),
                      ("reboot", lines.BOOT_COLD)):
        machine.type(way)
        if way == "panic":
            machine.expect_panic()
        machine.expect(line)
        machine.expect(lines.BANK_KEPT)
        machine.prompt()
        assert read(machine, "survivor") == (place, "one-two-three")
    machine.type("poweroff")
    assert machine.wait() == 0


def test_failure(variant):
    """A run that fails has an exit status that says so."""
    machine = variant(cmdline=lines.PANIC_STOPS).boot()
    machine.type("panic")
    machine.expect_panic()
    assert machine.wait() == 1


# ICC_AP0R0_EL1 and ICC_AP1R0_EL1 in instructions; the three others of each
# follow.
WRITE, READ = 0xd5180000, 0xd5380000
ACTIVE = [0xc << 12 | 8 << 8 | number << 5 for number in range(4, 8)] + \
    [0xc << 12 | 9 << 8 | number << 5 for number in range(4)]


@pytest.mark.skipif(ARCH != "aarch64", reason="a GIC is one of Arm's")
@pytest.mark.parametrize("bits, there", [(5, 1), (8, 4)])
def test_nothing_is_in_service_after_a_restart(machines, build, bits, there):
    """Whatever the GIC of the last kernel had in service, the next one's
    interrupts come.  A priority of five bits needs one register of each group,
    eight bits need four."""
    machine = machines(properties="gic-version=3")
    if bits == 8:
        machine.flags += ["-global",
                          "arm-gicv3-common.force-8-bit-prio=true"]
    debugger = Debugger(machine, build / "kernel.elf")
    active = ACTIVE[:there] + ACTIVE[4:4 + there]
    debugger.run_to("site_restart", lambda: machine.type("restart"))
    for register in active:
        debugger.execute(WRITE | register, 0xff)
    assert [debugger.execute(READ | register)
            for register in active] != [0] * len(active)
    debugger.run_to("arch_idle")
    assert [debugger.execute(READ | register)
            for register in active] == [0] * len(active)
    debugger.go()
    machine.command("version")
    debugger.close()


@pytest.mark.skipif(ARCH != "aarch64", reason="a card for another board")
def test_card(machines):
    """The Raspberry Pi's card, through the board's U-Boot."""
    machine = machines(board="rpi3", boot="uboot", cmdline="pmm.maxBlocks=7")
    machine.boot()
    assert re.search("by U-Boot at EL2", machine.text())
    assert 'command line "pmm.maxBlocks=7"' in machine.text()
    place = write(machine, "survivor", "one-two-three")
    machine.type("reboot")
    machine.expect(lines.BANK_KEPT, 120)
    machine.prompt()
    assert read(machine, "survivor") == (place, "one-two-three")
