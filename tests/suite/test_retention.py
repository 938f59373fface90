# SPDX-License-Identifier: BSD-2-Clause
"""Which RAM comes back from a reset: the console's retention command."""

import re

import pytest

import lines
from machine import PATHS, RAM_START, BOARD

REPORT = (r"retention: of \d+ KiB, (?P<whole>\d+) whole, "
          r"(?P<damaged>\d+) with errors, (?P<lost>\d+) lost")


def retention(machine):
    """Runs the test; what the next start said before its prompt."""
    before = len(machine.text())
    machine.type("retention")
    machine.expect(REPORT, 120)
    machine.prompt()
    return machine.text()[before:]


@pytest.mark.parametrize("boot", PATHS)
def test_most_comes_back(machines, boot):
    """An emulated machine loses what its firmware and loaders write."""
    machine = machines(boot=boot).boot()
    said = retention(machine)
    found = re.search(REPORT, said)
    assert int(found["whole"]) > 120 << 10, machine.error(found[0])
    assert int(found["damaged"]) < 1 << 10
    assert re.search(lines.BANK_KEPT, said)
    # It is told once.
    machine.type("reboot")
    machine.expect(lines.BANK_KEPT, 120)
    machine.prompt()
    assert len(re.findall(REPORT, machine.text())) == 1


def test_damage_is_seen(machines):
    """Bits that flip while the machine is off are not called whole."""
    place = RAM_START[BOARD] + 0x6000000
    machine = machines(ram_file=True, flags=["-no-reboot"]).boot()
    machine.type("retention")
    assert machine.wait(120) == 0  # off instead of a reset
    machine.flip(place + 0x123)
    machine.fill(place + 0x2000, b"\xff" * 4096)
    machine.start()
    said = machine.expect(
        rf"retention: 0x{place:x}-[^\r\n]*: (came{lines.REST})", 120)
    assert said[1] == "came back with errors"
    said = machine.expect(r"retention: 0x(\w+)-[^\r\n]*: lost", 120)
    assert int(said[1], 16) == place + 0x2000
    machine.expect(REPORT)
    machine.prompt()
