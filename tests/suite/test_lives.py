# SPDX-License-Identifier: BSD-2-Clause
"""Actors that are waited for, and actors that are made by hand."""

import re

import pytest

import lines


def run(machine, name, command):
    """Runs a program that ends with its number of checks."""
    machine.type(command)
    found = machine.expect(rf"{name}: (\d+) checks passed|FAILED [^\r\n]*", 60)
    assert found[1], machine.error(found[0])


def settled(machine):
    """The free memory, and who is there."""
    listed = machine.command("aps")
    return machine.command("mem"), len(re.findall(r"^ +\d+ ", listed, re.M))


@pytest.mark.parametrize("name", ["ends", "twin"])
def test_again_and_again(machine, name):
    """It checks itself, and leaves nothing behind that the next one sees."""
    run(machine, name, f"arun -t {name}")
    before = settled(machine)
    run(machine, name, f"arun -t {name}")
    assert settled(machine) == before


def test_only_trusted_actors_may(machine):
    machine.type("arun ends")
    machine.expect("FAILED [^\r\n]*aid > 0")
    machine.type("arun twin")
    machine.expect("FAILED [^\r\n]*actorCreate[^\r\n]* is -4, not 0")


def test_twins_end_with_their_maker(machine):
    """What an actor has made is there as long as its life."""
    before = settled(machine)
    machine.type("arun -t twin leave")
    machine.expect("twin: leaves two behind")
    machine.gone("pollux")
    assert settled(machine) == before


def test_twins_of_a_restarted_maker(machine):
    """A restarted maker finds the world as it was at its first start."""
    machine.type("arun -g 3 -t twin leave")
    for restart in (1, 2, 3):
        machine.expect("twin: leaves two behind")
        machine.expect(lines.restarted("twin", restart))
    machine.type("akill -g 3")
    machine.expect(lines.group_ended(3))
    machine.gone("pollux")
    assert not re.search("twin|pollux", machine.command("aps"))
