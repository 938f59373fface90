# SPDX-License-Identifier: BSD-2-Clause
"""Panics, the restart of the site after one, and the loop breaker."""

import re

import pytest

import lines
from debugger import Debugger
from machine import BOARD

# config.h: SITE_RESTARTS_MAX and SITE_RESETS_MAX.
RESTARTS_MAX = 5
RESETS_MAX = 3


def test_panic_restarts_the_site(machine):
    machine.type("panic")
    machine.expect_panic()
    text = machine.expect(lines.LAST_WORDS)["text"]
    machine.prompt()
    assert "panic" in text


def test_last_words_are_those_of_the_last_panic(machine):
    machine.type("panic")
    machine.expect_panic()
    machine.expect(lines.LAST_WORDS)
    machine.prompt()
    machine.type("restart")
    machine.expect(lines.LAST_WORDS_NONE)
    machine.prompt()


def test_last_words_after_a_reset(machines):
    machine = machines(cmdline=lines.PANIC_AT_START)
    machine.panics_allowed = True
    machine.start()
    machine.expect(lines.PANIC)
    machine.qmp().ask("system_reset")
    machine.expect(lines.LAST_WORDS)


def test_panic_can_stop_the_machine(machines):
    machine = machines(cmdline=lines.PANIC_STOPS).boot()
    machine.type("panic")
    machine.expect_panic()
    assert machine.wait() == 1


def test_loop_breaker(machines):
    """A site that panics at each start is restarted, then reset, and then
    it is enough."""
    machine = machines(cmdline=lines.PANIC_AT_START)
    machine.panics_allowed = True
    machine.start()
    assert machine.wait(150) == 1
    starts = len(re.findall(lines.BANNER, machine.text()))
    assert starts == (RESTARTS_MAX + 1) * (RESETS_MAX + 1), machine.error(
        f"{starts} starts")
    assert re.search(lines.LOOP_RESET, machine.text())
    assert re.search(lines.LOOP_STOP, machine.text())


def test_loop_breaker_without_a_bank(machines):
    """Nothing remembers a reset then, so there is none."""
    machine = machines(cmdline=f"{lines.NO_BANK} {lines.PANIC_AT_START}")
    machine.panics_allowed = True
    machine.start()
    assert machine.wait(150) == 1
    starts = len(re.findall(lines.BANNER, machine.text()))
    assert starts == RESTARTS_MAX + 1


def test_loop_breaker_forgives_a_long_life(machine):
    """Restarts that are asked for are not counted against the site."""
    for _ in range(RESTARTS_MAX + 2):
        machine.type("restart")
        machine.expect(lines.BANNER)
        machine.prompt()


@pytest.mark.skipif(BOARD != "pc", reason="this machine has no NMI")
@pytest.mark.parametrize("busy", [False, True])
def test_non_maskable_interrupt(machine, busy):
    """Told, whatever runs, and the site comes back; the next one too."""
    for _ in range(2):
        if busy:
            machine.type("arun spin")
            machine.expect("spin: round and round")
        machine.qmp().ask("inject-nmi")
        machine.expect_panic()
        machine.expect(lines.BOOT_WARM)
        machine.prompt()


@pytest.mark.skipif(BOARD != "pc", reason="this machine has no NMI")
def test_interrupt_before_an_end_that_was_put_off(machines, build):
    """The supervisor has been told of a fault, and the panic comes before it
    calls: the fault is reported all the same, and first."""
    machine = machines()
    debugger = Debugger(machine, build / "kernel.elf")
    machine.panics_allowed = True
    debugger.run_to("aftermath_begin",
                    lambda: machine.type("arun faults null"))
    debugger.run_to("sched_choose") # the supervisor is told
    machine.qmp().ask("inject-nmi")
    debugger.go()
    machine.expect_all([lines.fault("faults", lines.NULL),
                        lines.PANIC, lines.BOOT_WARM])
    machine.prompt()
    debugger.close()


def test_panic_with_much_to_say(machine):
    """What waits for the line is said before the panic's own words."""
    machine.type("arun hostile console")
    machine.type("panic")
    machine.expect_panic()
    machine.expect(lines.LAST_WORDS)
    machine.prompt()
