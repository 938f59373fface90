# SPDX-License-Identifier: BSD-2-Clause
"""Restarts of the site and of the machine: what survives, and where."""

import re

import pytest

import lines
from machine import PATHS

# The first line of a block's bytes, if the first word of them is not 0.
COUNTED = r"^[0-9a-f]+ (?!(?: 00){8})(?: [0-9a-f]{2}){8}"

# An instruction takes a nanosecond: what was put off is far away.
QUICK = ["-icount", "shift=0"]

WAYS = ["restart", "panic", "arun -t site hot"]


def write(machine, name, text):
    """Puts text into a block of that name; the block's address."""
    machine.type(f"arun blocks put {name} {text}")
    return machine.expect(rf"blocks: {name} at (0x[0-9a-f]+) holds {text}")[1]


def read(machine, name):
    """Address and text of a block."""
    machine.type(f"arun blocks get {name}")
    found = machine.expect(
        rf"blocks: {name} at (0x[0-9a-f]+) holds ([^\r\n]*){lines.EOL}")
    return found[1], found[2]


def do(machine, way):
    """Restarts the site in one of the ways."""
    machine.type(way)
    if "panic" in way:
        machine.expect_panic()
    machine.expect(lines.BANNER)
    machine.expect(lines.BANK_KEPT)
    machine.prompt()


@pytest.mark.parametrize("way", WAYS)
def test_block_survives_a_restart_of_the_site(machine, way):
    address = write(machine, "survivor", "one-two-three")
    do(machine, way)
    assert read(machine, "survivor") == (address, "one-two-three")


@pytest.mark.parametrize("way", WAYS)
def test_group_survives_a_restart_of_the_site(machine, way):
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start, goes on at 0")
    while not re.search(COUNTED, machine.command("pmm show counter"), re.M):
        pass
    machine.type(way)
    if "panic" in way:
        machine.expect_panic()
    machine.expect(lines.back("counter"))
    again = machine.expect(r"counter: restart of the site, goes on at (\d+)\s")
    assert int(again[1]) > 0
    assert len(re.findall(r"\d+ counter ", machine.command("aps"))) == 1


def test_ended_group_does_not_come_back(machine):
    machine.type("arun -g hello")
    machine.expect(lines.group_ended(0))
    machine.type("restart")
    machine.expect(lines.BANNER)
    machine.expect(lines.SUPERVISOR_READY)
    machine.prompt()
    assert "hello" not in machine.command("aps")


def test_groups_come_back_in_order(machines, build):
    """In that in which they were started; who is the first to say so is
    another matter."""
    names = ("first", "second", "third")
    machine = machines(extra={name: build / "packed" / "counter"
                              for name in names}).boot()
    for name in names:
        machine.type(f"arun -g 1 {name} {name}")
        machine.expect(f"{name}: fresh start")
    machine.type("restart")
    machine.expect_all([rf"supervisor: {name} \(aid \d+, group 1\) back"
                        for name in names])


def test_many_restarts(machine):
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")
    for _ in range(12):
        machine.type("restart")
        machine.expect("counter: restart of the site, goes on at")
    assert len(re.findall(r"\d+ counter ", machine.command("aps"))) == 1


@pytest.mark.parametrize("boot", PATHS)
def test_block_survives_reboot(machines, boot):
    machine = machines(boot=boot).boot()
    address = write(machine, "survivor", "one-two-three")
    machine.type("reboot")
    machine.expect(lines.BANK_KEPT, 120)
    machine.prompt()
    assert read(machine, "survivor") == (address, "one-two-three")


@pytest.mark.parametrize("boot", PATHS)
def test_block_survives_the_reset_button(machines, boot):
    machine = machines(boot=boot).boot()
    address = write(machine, "survivor", "one-two-three")
    machine.qmp().ask("system_reset")
    machine.expect(lines.BANK_KEPT, 120)
    machine.prompt()
    assert read(machine, "survivor") == (address, "one-two-three")


def test_group_survives_the_reset_button(machines):
    machine = machines(sysadm="arun -g 1 counter\n").boot()
    machine.expect("counter: fresh start, goes on at 0")
    machine.qmp().ask("system_reset")
    machine.expect(lines.back("counter"))
    machine.expect("init: sysadm.ini: 1 lines? with arun -g skipped")
    machine.expect("counter: restart of the site, goes on at")
    assert len(re.findall(r"\d+ counter ", machine.command("aps"))) == 1


def test_a_new_machine_is_empty(machines):
    machine = machines().boot()
    write(machine, "survivor", "one-two-three")
    machine.type("poweroff")
    machine.wait()
    fresh = machines().boot()
    assert re.search(lines.BANK_EMPTY, fresh.text())
    assert "survivor" not in fresh.command("pmm list")


# Its first life falls; the next one, which the kernel has started by itself,
# ends the site before the supervisor has heard of it.
HASTY = """
#include <hr/hr.h>
#include <pmm/chPmm.h>
#include <reprise.h>
#include <restart/chRestart.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    KnRebootDesc desc = {argc > 1 ? K_REBOOT_PANIC : K_REBOOT_HOT};
    HrStartInfo info;

    (void)!hrStartInfo(&info);
    if (info.restarts == 1)
        (void)!sysReboot(&desc);
    printf("hasty: life %u of kind %d\\n", info.restarts, info.kind);
    (void)!threadDelay(&(KnTimeVal){0, 100000000});
    if (info.restarts == 0)
        __builtin_trap();
    HR_EXIT_HDL();
    return 0;
}
"""


@pytest.mark.parametrize("way", ["", " panic"])
def test_restarts_that_nobody_has_told_are_not_lost(machines, program, way):
    """They are in the registry's count, and in the crash log, once."""
    machine = machines(extra={"hasty": program("hasty", HASTY)},
                       flags=QUICK).boot()
    machine.panics_allowed = True
    machine.type(f"arun -g 1 -t hasty{way}")
    machine.expect_all([r"hasty: life 0 of kind 0\s", lines.BOOT_WARM,
                        lines.back("hasty") + r", restart 2\s",
                        r"hasty: life 2 of kind 2\s"])
    crashes = machine.command("crashlog")
    assert len(re.findall(r" hasty .*illegal instruction", crashes)) == 1
