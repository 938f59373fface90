# SPDX-License-Identifier: BSD-2-Clause
"""The supervisor: dies and comes back, and slows down what fails again and
again."""

import re

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
    machine.expect("supervisor: group 3 failed 9 times within the interval: "
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
    machine.expect("supervisor: group 3 failed 3 times within the interval")
    machine.command("akill -g 3")


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
