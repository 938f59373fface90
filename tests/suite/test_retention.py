# SPDX-License-Identifier: BSD-2-Clause
"""The command that tells what a reset leaves of RAM: nearly all of it here,
and what was changed in between is named."""

import re

import pytest

import lines
from machine import PATHS
from test_site import read, write

PAGE = 0x1000
FILL_LIMIT = 120  # seconds; the fill, the reset and the boot

# Of what is free.  UEFI's firmware itself takes 40 MiB in a boot, U-Boot 20;
# GRUB reads the archive into RAM before it has its place.
SPARED = {"kernel": 0.99, "bios": 0.98, "uefi": 0.8, "uboot": 0.8}


def fill(machine):
    """Fills RAM, and waits until the machine is back."""
    machine.type("retention fill now")
    machine.expect(r"retention: filling \d+ KiB of free RAM")
    machine.expect(lines.BANNER, FILL_LIMIT)
    machine.prompt(FILL_LIMIT)


def report(machine):
    """The report: its text, its ranges, its totals."""
    text = machine.command("retention report", FILL_LIMIT)
    ranges = [(int(found["start"], 16), int(found["last"], 16) + 1,
               found["what"])
              for found in re.finditer(lines.RANGE, text, re.M)]
    total = re.search(lines.RETENTION_TOTAL, text, re.M)
    assert total, machine.error("no totals")
    return text, ranges, {name: int(value)
                          for name, value in total.groupdict().items()}


def places(text):
    """Where a bank could be: (start, end, advice)."""
    return [(int(found["start"], 16), int(found["last"], 16) + 1,
             int(found["base"], 16))
            for found in re.finditer(lines.PLACE, text, re.M)]


def test_explains(machine):
    text = machine.command("retention")
    assert "retention fill now" in text and "retention report" in text


def test_nothing_is_kept_of_what_was_never_filled(machine):
    text, ranges, total = report(machine)
    assert {what for _, _, what in ranges} == {"lost"}
    assert total["whole"] == total["flipped"] == 0
    assert "no trace of the pattern" in text
    assert not places(text)


@pytest.mark.parametrize("boot", PATHS)
def test_nearly_all_is_kept(machines, boot):
    machine = machines(boot=boot, cmdline="pmm.rambankSize=2M").boot()
    fill(machine)
    text, ranges, total = report(machine)
    free = int(re.search(r"(\d+) KiB free", machine.command("mem"))[1])
    assert total["bits"] == 0
    assert total["whole"] + total["lost"] <= free
    assert total["whole"] > free * SPARED[boot]
    assert total["whole"] * 1024 == sum(end - start for start, end, what
                                        in ranges if what == "kept whole")
    bank = re.search(r"not looked at: the bank, 2048K at (\w+)", text)
    start = int(bank[1], 16)
    assert all(end <= start or begin >= start + 0x200000
               for begin, end, _ in ranges)
    found = places(text)
    assert found and all(begin <= base and base + 0x200000 <= end
                         for begin, end, base in found)
    assert {(begin, end, "kept whole") for begin, end, _ in found} <= set(
        ranges)


def test_report_changes_nothing(machine):
    fill(machine)
    memory = machine.command("mem")
    assert report(machine)[0] == report(machine)[0]
    assert machine.command("mem") == memory


def test_damage_is_named(machines):
    machine = machines(ram_file=True).boot()
    fill(machine)
    largest = max(report(machine)[1], key=lambda each: each[1] - each[0])
    start = (largest[0] + largest[1]) // 2 // PAGE * PAGE
    count = 300  # pages; more than one look of the kernel's, and than a bank
    end = start + count * PAGE
    machine.qmp().ask("stop")
    for page in range(count):
        machine.flip(start + page * PAGE + 13 * page % PAGE, bit=page % 8)
    machine.flip(end - 1, bit=7)
    for byte in range(8):
        machine.flip(end + PAGE + byte)
        machine.flip(end + PAGE + byte, bit=1)
    machine.qmp().ask("cont")
    text, ranges, total = report(machine)
    at = ranges.index((largest[0], start, "kept whole"))
    assert ranges[at + 1:at + 5] == [
        (start, end, f"kept with {count + 1} flipped bits"),
        (end, end + PAGE, "kept whole"),
        (end + PAGE, end + 2 * PAGE, "lost"),
        (end + 2 * PAGE, largest[1], "kept whole")]
    assert (total["bits"], total["flipped"]) == (count + 1, 4 * count)
    # What is damaged, or too small, is no place for a bank.
    assert all(last <= start or first >= end + 2 * PAGE
               for first, last, _ in places(text))


def test_the_advice_is_good(machines):
    """A bank at the place that is advised survives a reset."""
    machine = machines(cmdline="pmm.rambankSize=0").boot()
    fill(machine)
    text, _, _ = report(machine)
    assert "not looked at" not in text
    base = max(places(text), key=lambda each: each[1] - each[0])[2]
    machine = machines(cmdline=f"pmm.base={base:#x}").boot()
    assert int(re.search(lines.BANK, machine.text())["base"], 16) == base
    address = write(machine, "survivor", "one-two-three")
    machine.type("reboot")
    machine.expect(lines.BANK_KEPT, FILL_LIMIT)
    machine.prompt()
    assert read(machine, "survivor") == (address, "one-two-three")


def test_many_ranges(machines):
    """RAM that decays here and there does not flood the line."""
    machine = machines(ram_file=True).boot()
    fill(machine)
    largest = max(report(machine)[1], key=lambda each: each[1] - each[0])
    for number in range(100):
        machine.flip(largest[0] + (2 * number + 1) * PAGE)
    text, ranges, total = report(machine)
    assert len(ranges) == 100
    assert re.search(r"^  and \d+ more ranges$", text, re.M)
    assert (total["bits"], total["flipped"]) == (100, 400)
