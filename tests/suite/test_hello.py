# SPDX-License-Identifier: BSD-2-Clause
"""The example that everything else grows from: crash, come back, end."""

import re

import lines

FIRST = "hello: my first life"
SECOND = "hello: back again, this is life 2"


def say_hello(machine):
    """One whole run of hello in group 0, checked line by line."""
    before = len(machine.text())
    machine.type("arun -g hello")
    machine.expect_all([lines.STARTED, FIRST, lines.restarted("hello", 1),
                        SECOND, lines.group_ended(0)])
    said = machine.text()[before:]
    assert said.count(FIRST) == 1
    assert said.count(SECOND) == 1


def test_hello_restarts_and_ends(machine):
    say_hello(machine)
    assert "hello" not in machine.command("aps")
    assert "hello" not in machine.command("pmm list")


def test_hello_twice(machine):
    say_hello(machine)
    say_hello(machine)


def test_each_life_has_its_own_aid(machine):
    machine.type("arun -g hello")
    first = machine.expect(lines.STARTED)["aid"]
    second = machine.expect(lines.restarted("hello", 1))["aid"]
    assert int(second) > int(first)


def test_hello_without_a_group_stays_dead(machine):
    machine.type("arun hello")
    machine.expect(FIRST)
    machine.expect(lines.fault("hello", lines.RESERVED))
    machine.gone("hello")
    # The block outlives the actor, so another run is the second life.
    machine.type("arun hello")
    machine.expect(SECOND)


def test_members_fall_and_rise_together(machine):
    machine.type("arun -g 2 counter a")
    machine.expect("a: fresh start")
    machine.type("arun -g 2 counter b")
    machine.expect("b: fresh start")
    aid = re.search(r"(\d+) counter", machine.command("aps"))[1]
    machine.type(f"akill {aid}")
    machine.expect(lines.restarted("counter", 1))
    machine.expect(lines.restarted("counter", 1))
    machine.expect("a: restart, goes on at")
    machine.expect("b: restart, goes on at")


def test_clean_end_waits_for_the_last_member(machine):
    machine.type("arun -g 2 counter a")
    machine.expect("a: fresh start")
    machine.type("arun -g 2 hello")
    machine.expect(SECOND)
    machine.expect(r"supervisor: hello \(aid \d+, group 2\) ended")
    listed = machine.command("aps")
    assert re.search(r"hello .*ended", listed)
    machine.type("akill -g 2")
    machine.expect(lines.group_ended(2))
    assert "counter" not in machine.command("pmm list")
