# SPDX-License-Identifier: BSD-2-Clause
"""Who watches is watched: the supervisor by the kernel, the kernel by the
machine's watchdog."""

import re

import pytest

import lines
from machine import BOARD, STEADY

BITES = pytest.mark.skipif(BOARD != "pc", reason="QEMU's machine has none "
                           "that resets it: drivers/README.md")
HUNG = "watchdog: it has reset the machine: the last kernel hung"
BARKED = "the kernel: hang: the watchdog is not fed"
NAME = {"pc": "NMI from the HPET, TCO timer of the ICH9",
        "virt": "FIQ from the physical timer"}[BOARD]
# What the bark goes through: another controller, another way.
BARKS = {
    "pc": [{}],
    "virt": [{"properties": "gic-version=2"}, {"properties": "gic-version=3"},
             {"board": "rpi3"}],
}[BOARD]
DEAF = "hpet=off" # of a PC: nothing barks, it bites at once


def each(barks):
    return pytest.mark.parametrize(
        "others", barks, ids=["-".join(others.values()) for others in barks])


def test_boot_line(machines):
    machine = machines().boot()
    assert f"watchdog: {NAME}, off (site.watchdog=SECONDS starts it)" in \
        machine.text()
    asked = machines(cmdline="site.watchdog=30").boot()
    assert f"watchdog: {NAME}, 30 s" in asked.text()


@BITES
def test_nothing_barks(machines):
    machine = machines(properties=DEAF).boot()
    assert "watchdog: TCO timer of the ICH9, off" in machine.text()


def test_period_out_of_range(machines):
    machine = machines(cmdline="site.watchdog=601").start()
    machine.expect("site.watchdog is not a number from 0x0 to 0x258: taking")
    machine = machines(cmdline="site.watchdog=2").start()
    machine.expect("site.watchdog is 0 or at least 3: taking 3")


def put(machine):
    """Something that must not be lost, and something that must come back."""
    machine.type("arun blocks put survivor one-two-three")
    machine.expect("blocks: survivor at")
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")


def check(machine):
    machine.expect(lines.back("counter"))
    machine.type("arun blocks get survivor")
    machine.expect("blocks: survivor at 0x[0-9a-f]+ holds one-two-three")


@each(BARKS)
def test_kernel_hangs(machines, others):
    """With interrupts off: it says so, and starts again in place
    with what was there, again and again."""
    machine = machines(cmdline="site.watchdog=3", **others).boot()
    machine.panics_allowed = True
    put(machine)
    for _ in range(2):
        machine.type("lockup")
        machine.expect(BARKED)
        check(machine)
    assert "boot 0 of this bank, 2 restarts" in machine.command("uptime")
    assert HUNG not in machine.text()


@BITES
def test_deaf_kernel_hangs(machines):
    """The machine is reset, the next start knows why, and what was there is
    there."""
    machine = machines(cmdline="site.watchdog=3", properties=DEAF).boot()
    put(machine)
    machine.type("lockup")
    machine.expect(lines.BOOT_COLD)
    machine.expect(lines.BANK_KEPT)
    machine.expect(HUNG)
    check(machine)
    # Only once: a reset that somebody asks for is another matter.
    machine.type("reboot")
    machine.expect("watchdog: TCO timer of the ICH9, 3 s")
    machine.expect(lines.back("counter"))
    assert len(re.findall(HUNG, machine.text())) == 1


@BITES
def test_hang_at_each_start(machines):
    """It is not reset for ever."""
    machine = machines(cmdline="test.fault=lockup site.watchdog=3 "
                       "site.maxResets=1", properties=DEAF).start()
    machine.expect(lines.BANK_EMPTY)
    machine.expect('planting the fault "lockup"')
    machine.expect(lines.BOOT_COLD)
    machine.expect(lines.BANK_KEPT)
    machine.expect(HUNG)
    machine.expect('planting the fault "lockup"')
    machine.expect("site: 1 resets in a row, the last by the watchdog, have "
                   "not helped")
    machine.expect("site: stopped: the kernel hangs")
    assert machine.wait() == 1


def up(machine):
    """Seconds since the site started."""
    return float(re.search(r"up ([0-9.]+) s", machine.command("uptime"))[1])


@each([others for others in BARKS if "board" not in others])
def test_a_kernel_that_lives_is_not_barked_at(machines, others):
    """For minutes: no clock of the bark's overflows meanwhile.  (A Pi's other
    processors are never idle: its minutes would be ours.)"""
    machine = machines(cmdline="site.watchdog=3", flags=STEADY,
                       **others).boot()
    while up(machine) < 200: # an unexpected panic ends the waiting
        pass


def test_no_false_alarm(machines):
    """Fed, it stays quiet; and a machine that was stopped stays so."""
    machine = machines(cmdline="site.watchdog=3 panic=stop",
                       flags=STEADY).boot()
    for _ in range(3):
        machine.type("arun spin")
        machine.expect("spin: round and round")
    machine.type("arun -g 5 pulse well")
    machine.expect("pulse: beats on", 60)
    put(machine)
    while up(machine) < 5: # longer than it waits
        pass
    for _ in range(3):
        machine.type("restart")
        machine.expect("counter: restart of the site")
    assert "hangs" not in machine.text()
    machine.type("panic")
    machine.expect_panic()
    assert machine.wait() == 1


STARVE = """
#include <chorus.h>

static char stack[4096] __attribute__((aligned(16)));

static void loop(void)
{
    for (;;) {
    }
}

int main(void)
{
    KnFifoThParms parms = {K_SCHED_FIFO, 0};
    KnDefaultStartInfo_f start = {
        .dsType = K_DEFAULT_START_INFO,
        .dsEntry = loop,
        .dsUserStackPointer = stack + sizeof(stack),
    };
    KnThreadLid thread;

    return threadCreate(K_MYACTOR, &thread, K_ACTIVE, &parms, &start);
}
"""


def test_starved_supervisor(machines, program):
    """A trusted actor before the supervisor that never waits: nobody can be
    asked, and nobody is to blame but the site."""
    starve = program("starve", STARVE)
    machine = machines(cmdline="site.watchdog=3",
                       extra={"starve": starve}).boot()
    put(machine)
    machine.type("arun -t starve")
    machine.expect_panic(f"panic: {BARKED}", 60)
    check(machine)


def test_supervisor_hangs(machines, program):
    """It is ended by the kernel, and picks up its work.  That takes its time,
    so each machine has another way to hang."""
    way = {"pc": "loop", "virt": "hang"}[BOARD]
    looper = program("looper", LOOPER)
    machine = machines(extra={"looper": looper}, flags=STEADY).boot()
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")
    machine.type("fault supervisor hang" if way == "hang"
                 else "arun -t looper supervisor")
    late = machine.expect(r"supervisor: hangs: no sign of life for (\d+) ms")
    assert 5000 < int(late[1]) < 8000
    machine.expect(lines.SUPERVISOR_BACK)
    machine.type("akill counter")
    machine.expect(lines.restarted("counter", 1))
    assert "no heartbeat" in machine.command("crashlog")


# Puts a loop into another actor, in place of what it does: its threads are
# suspended, and one of its own priority runs in a copy of this text.
LOOPER = """
#include <am/afexec.h>
#include <reprise.h>
#include <string.h>

static void loop(void)
{
    for (;;) {
    }
}

int main(int argc, char **argv)
{
    KnFifoThParms parms = {K_SCHED_FIFO, 10};
    KnDefaultStartInfo_f start = {
        .dsType = K_DEFAULT_START_INFO,
        .dsUserStackPointer = (void *)0x10000,
    };
    KnRgnDesc here = {.startAddr = (VmAddr)&loop & ~4095ul, .size = 8192};
    KnRgnDesc there = {.size = 8192, .options = K_ANYWHERE | K_EXECUTABLE};
    static KnActorInfo list[64];
    int count = actorList(list, sizeof(list));
    KnThreadLid thread;
    VmAddr entry;
    KnCap cap;

    for (int i = 0; i < count && argc > 1; i++) {
        if (strcmp(list[i].name, argv[1]) == 0) {
            acap(list[i].aid, &cap);
        }
    }
    if (rgnInitFromActor(&cap, &there, K_MYACTOR, &here) != K_OK) {
        return 1;
    }
    entry = there.startAddr + (VmAddr)&loop % 4096;
    memcpy(&start.dsEntry, &entry, sizeof(entry));
    threadSuspend(&cap, 1);
    return threadCreate(&cap, &thread, K_ACTIVE, &parms, &start);
}
"""
