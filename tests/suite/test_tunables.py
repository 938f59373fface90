# SPDX-License-Identifier: BSD-2-Clause
"""The bank's limits, from the kernel's command line."""

import re

import lines
from machine import BOARD, RAM_START


def test_defaults(machine):
    assert re.search(r"of 30 blocks", machine.command("mem"))


def test_blocks(machines):
    machine = machines(cmdline="pmm.maxBlocks=3").boot()
    assert re.search(r"of 3 blocks", machine.command("mem"))
    results = []
    for name in ("a", "b", "c"):
        machine.type(f"arun blocks put {name} x")
        results.append(machine.expect(
            r"blocks: (\w) at|blocks: no (\w): table or queue is full")[2])
    # One of the three is the supervisor's registry.
    assert results == [None, None, "c"]


def test_size(machines):
    machine = machines(cmdline="pmm.rambankSize=4M").boot()
    total = int(re.search(r"bank: +(\d+) KiB", machine.command("mem"))[1])
    assert 3900 <= total <= 4096


def test_place(machines):
    place = RAM_START[BOARD] + 0x6000000
    machine = machines(cmdline=f"pmm.base={place:#x}").boot()
    base = re.search(lines.BANK, machine.text())["base"]
    assert int(base, 16) == place


def test_impossible_place(machines):
    """Not RAM: a line, no bank, and the rest works."""
    machine = machines(cmdline="pmm.base=0xf0000000").boot()
    assert re.search(lines.BANK_ABSENT, machine.text())
    assert "bank:   none" in machine.command("mem")
    machine.type("arun -g 1 faults null")
    machine.expect(lines.restarted("faults", 1))
    machine.command("akill -g 1")
