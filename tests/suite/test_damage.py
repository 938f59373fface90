# SPDX-License-Identifier: BSD-2-Clause
"""A bank that comes back damaged: bits are flipped in the machine's RAM, and
the reset button is pressed."""

import re

import pytest

import lines
from test_site import read, write

BANK_SIZE = 0x100000


@pytest.fixture
def bank(machines):
    """A machine whose RAM is a file, with two blocks in its bank."""
    machine = machines(ram_file=True).boot()
    machine.base = int(re.search(lines.BANK, machine.text())["base"], 16)
    write(machine, "precious", "gold")
    write(machine, "plain", "iron")
    return machine


def entries(machine, name):
    """Where a directory, and not some copy of a message, has the name: it
    is followed by zeroes up to the size of its field."""
    data = name.encode().ljust(48, b"\0")
    return machine.find(data, machine.base, BANK_SIZE)


def reset(machine, line):
    """Presses the reset button and waits for the line about the bank."""
    machine.qmp().ask("system_reset")
    machine.expect(line)
    machine.prompt()


def test_one_copy_damaged(bank):
    places = entries(bank, "precious")
    assert len(places) >= 2, bank.error(f"found at {places}")
    bank.flip(places[0])
    reset(bank, lines.BANK)
    assert read(bank, "precious")[1] == "gold"
    assert read(bank, "plain")[1] == "iron"


def test_both_copies_of_an_entry_damaged(bank):
    for place in entries(bank, "precious"):
        bank.flip(place, bit=3)
    reset(bank, lines.BANK_SALVAGED)
    assert read(bank, "plain")[1] == "iron"
    assert "precious" not in bank.command("pmm list")


def test_everything_damaged(bank):
    """No different from a machine that lost its power."""
    bank.fill(bank.base, b"\xa5" * BANK_SIZE)
    reset(bank, lines.BANK_EMPTY)
    assert "iron" not in bank.command("pmm list")
    write(bank, "again", "tin")


def test_registry_damaged(bank):
    """A row that does not check out is dropped; the supervisor lives."""
    bank.type("arun -g 1 counter")
    bank.expect("counter: fresh start")
    path = b"counter".ljust(24, b"\0")
    for place in bank.find(path, bank.base, BANK_SIZE):
        bank.flip(place + 2)
    bank.qmp().ask("system_reset")
    bank.expect(r"supervisor: row \d+ of the registry is damaged and dropped")
    bank.expect(lines.SUPERVISOR_READY)
    bank.prompt()
