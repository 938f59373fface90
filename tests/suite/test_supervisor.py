# SPDX-License-Identifier: BSD-2-Clause
"""The supervisor: dies and comes back, and slows down what fails again and
again."""

import re

import pytest

import lines


def counters(machine):
    """How many counters there are."""
    return len(re.findall(r"\d+ counter ", machine.command("aps")))


def test_supervisor_comes_back(machine):
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")
    machine.type("akill supervisor")
    machine.expect(lines.SUPERVISOR_BACK)
    assert counters(machine) == 1
    # It is on duty again: what falls, rises.
    machine.type("akill counter")
    machine.expect(lines.restarted("counter", 1))
    machine.expect("counter: restart, goes on at")
    assert counters(machine) == 1
    machine.type("akill -g 1")
    machine.expect(lines.group_ended(1))


def test_registry_survives_both(machine):
    """The supervisor dies, then the site: each group comes back once."""
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")
    machine.type("akill supervisor")
    machine.expect(lines.SUPERVISOR_BACK)
    machine.prompt()
    machine.type("restart")
    machine.expect(lines.back("counter"))
    machine.expect("counter: restart of the site")
    assert counters(machine) == 1


def test_supervisor_that_dies_again_and_again(machine):
    """Too often: the site is restarted, and everything comes back."""
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")
    machine.panics_allowed = True
    machine.console.send("akill supervisor\r" * 6)
    machine.expect(lines.BANNER)
    machine.expect("counter: restart of the site", 60)
    assert counters(machine) == 1


def test_crash_loop_is_slowed_down(machine):
    machine.type("arun -g 3 faults null")
    for restart in range(1, 9):
        machine.expect(lines.restarted("faults", restart))
    machine.expect(r"supervisor: group 3 has badness 8, 8 are free: "
                   r"waits \d+ ms")
    machine.expect(lines.restarted("faults", 9))
    # Nobody else notices.
    machine.type("version")
    machine.expect(lines.VERSION, 10)
    machine.type("akill -g 3")
    machine.expect(lines.group_ended(3))


def test_limits_from_the_command_line(machines):
    machine = machines(cmdline="hrCtrl.maxBadness=2").boot()
    machine.type("arun -g 3 faults null")
    machine.expect("supervisor: group 3 has badness 2, 2 are free: waits")
    machine.command("akill -g 3")


HASTY = "hrCtrl.maxBadness=2 hrCtrl.maxDelayed=1 hrCtrl.interval=600"


def test_crash_loop_is_parked(machines):
    """At once, delayed, without its blocks, parked; started again by hand it
    has a clean slate."""
    machine = machines(cmdline=HASTY).boot()
    machine.type("arun -g 3 poisoned")
    for restart in (1, 2):
        machine.expect(lines.restarted("poisoned", restart))
    machine.expect("supervisor: group 3 has badness 2, 2 are free: "
                   r"waits \d+ ms")
    machine.expect(lines.restarted("poisoned", 3))
    machine.expect("pmm: block poison is set aside as poison~aside1")
    machine.expect(r"supervisor: group 3 does not stay up \(badness 3\): "
                   "one start without its blocks, set aside: 1")
    machine.expect("poisoned: life 1 of a new block")
    listed = machine.command("pmm list")
    assert "poison~aside1" in listed
    # The evidence is there to be read, byte by byte.
    assert "04 00 00 00" in machine.command("pmm show poison~aside1")
    # The new block goes bad in its fourth life, too.
    machine.type("akill poisoned")
    machine.expect(r"supervisor: group 3 does not stay up \(badness 4\): "
                   "parked")
    machine.type("akill -g 3")
    machine.expect(lines.group_ended(3))
    assert "poison~aside1" in machine.command("pmm list")


def test_history_outlives_supervisor_and_site(machines):
    machine = machines(cmdline=HASTY).boot()
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")
    for restart in (1, 2):
        machine.type("akill counter")
        machine.expect(lines.restarted("counter", restart))
    machine.type("akill supervisor")
    machine.expect(lines.SUPERVISOR_BACK)
    machine.type("akill counter")
    machine.expect("supervisor: group 1 has badness 2, 2 are free: waits")
    machine.expect(lines.restarted("counter", 3))
    machine.expect("counter: restart, goes on at")
    machine.type("restart")
    machine.expect(lines.back("counter"))
    machine.expect("counter: restart of the site")
    machine.type("akill counter")
    machine.expect(r"supervisor: group 1 does not stay up \(badness 3\): "
                   "one start without its blocks")


def test_give_up_restarts_the_site(machines):
    """The rungs above the group: site, machine, and a stop that says why."""
    machine = machines(cmdline=HASTY + " hrCtrl.giveUp=site hrCtrl.aside=0 "
                       "site.maxRestarts=2 site.maxResets=2").boot()
    machine.type("arun -g 3 faults null")
    for _ in range(2):
        machine.expect(r"supervisor: group 3 does not stay up \(badness 3\): "
                       "the site is restarted")
        machine.expect(lines.BOOT_WARM, 60)
    machine.expect(lines.LOOP_RESET, 60)
    machine.expect(lines.BOOT_COLD, 60)
    machine.expect(lines.LOOP_STOP, 60)
    machine.expect("site: stopped: an actor sees no other help")


def test_kill_restarts(machine):
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")
    for restart in range(1, 4):
        machine.type("akill counter")
        why = machine.expect(lines.restarted("counter", restart))["why"]
        assert "killed" in why
        machine.expect("counter: restart, goes on at")


def test_group_kill_frees_the_groups_blocks(machine):
    machine.type("arun -g 1 counter tally")
    machine.expect("tally: fresh start")
    assert "tally" in machine.command("pmm list")
    machine.type("akill -g 1")
    machine.expect(lines.group_ended(1))
    assert "tally" not in machine.command("pmm list")
    machine.type("arun -g 1 counter tally")
    machine.expect("tally: fresh start, goes on at 0")


@pytest.mark.parametrize("way", ["given up", "stopped by hand"])
def test_parked_group_and_the_site(machines, way):
    """A restart of the site starts what was parked, by whomever, and with a
    clean slate: the same number of failures until it is parked again."""
    machine = machines(cmdline="hrCtrl.maxBadness=1 hrCtrl.maxDelayed=1 "
                       "hrCtrl.interval=600 hrCtrl.aside=0").boot()
    if way == "given up":
        machine.type("arun -g 3 faults null")
        machine.expect(r"supervisor: group 3 does not stay up \(badness 2\): "
                       "parked")
    else:
        machine.type("arun -g 3 counter")
        machine.expect("counter: fresh start")
        machine.type("stop -g 3")
        machine.expect("supervisor: group 3 stopped by hand: parked")
    machine.type("restart")
    machine.expect(lines.BOOT_WARM)
    if way == "given up":
        machine.expect(lines.back("faults"))
        machine.expect("supervisor: group 3 has badness 1, 1 are free: waits")
        machine.expect(r"supervisor: group 3 does not stay up \(badness 2\): "
                       "parked")
        # Who does not want that, ends it: that holds.
        machine.type("akill -g 3")
        machine.expect(lines.group_ended(3))
        machine.type("restart")
        machine.expect(lines.BOOT_WARM)
        machine.prompt()
        assert "faults" not in machine.command("aps")
    else:
        machine.expect(lines.back("counter"))
        machine.expect("counter: restart of the site")
        assert re.search(" counter +3 direct +1 +0.0 - ",
                         machine.command("aps"))
