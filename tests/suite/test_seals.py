# SPDX-License-Identifier: BSD-2-Clause
"""Sealed blocks: nobody writes to them, and what happens to them is seen."""

import re

import lines

BLOCK = re.compile(r"^settings +\d+K 0x([0-9a-f]+) +\S+ +(\d) +(\S+)", re.M)
WINDOW = 0x80000000


def listed(machine):
    """Where the settings are, how many hold them, and their seal."""
    row = BLOCK.search(machine.command("pmm list"))
    return int(row[1], 16), int(row[2]), row[3]


def start(machine):
    """The example, up to its second life."""
    machine.type("arun -g 3 sealed")
    machine.expect("sealed: life 1, speed 100")
    machine.expect(lines.fault("sealed", r"page fault writing 0x[0-9a-f]+, in "
                               "a sealed persistent block"))
    machine.expect("sealed: life 2, speed 200")


def bank_base(text):
    """Where the bank lies in RAM."""
    return int(re.search(lines.BANK, text)["base"], 16)


def test_stores_do_not_reach_it(machine):
    """A stray store ends the actor; the seal outlives a restart of the
    site."""
    start(machine)
    assert listed(machine)[1:] == (1, "sealed")
    machine.type("restart")
    machine.expect(lines.BANK_KEPT)
    machine.expect("sealed: life 3, speed 300")
    assert listed(machine)[1:] == (1, "sealed")
    assert "FAILED" not in machine.text()
    assert "broken seal" not in machine.text()


def test_damage_is_named(machines):
    """One bit of it flips while it sleeps: the next start names it, it is not
    given away, and it may be freed."""
    machine = machines(ram_file=True)
    base = bank_base(machine.boot().text())
    start(machine)
    machine.type("stop -g 3")
    machine.expect("group 3")
    machine.flip(base + listed(machine)[0] - WINDOW + 4000, 3)
    machine.type("restart")
    assert machine.expect(lines.BROKEN_SEAL)["name"] == "settings"
    machine.expect("sealed: the settings are damaged: made anew")
    machine.expect("sealed: life 2, speed 200")
    assert listed(machine)[1:] == (1, "sealed")


def test_damage_can_be_taken(machines):
    """Who opens a broken seal has the block as it is."""
    machine = machines(ram_file=True)
    base = bank_base(machine.boot().text())
    machine.type("arun blocks put text words")
    at = int(machine.expect(r"blocks: text at 0x([0-9a-f]+) holds words")[1],
             16)
    machine.type("arun blocks seal text")
    machine.expect("blocks: seal text: success")
    machine.type("arun blocks get text")
    machine.expect(r"blocks: text at 0x[0-9a-f]+ holds words")
    machine.flip(base + at - WINDOW, 1) # a w becomes a u
    machine.type("arun blocks get text")
    machine.expect("blocks: no text: damaged data")
    assert re.search(r"^text .* broken ", machine.command("pmm list"), re.M)
    machine.type("arun blocks unseal text")
    machine.expect("blocks: unseal text: success")
    machine.type("arun blocks get text")
    machine.expect(r"blocks: text at 0x[0-9a-f]+ holds uords")
