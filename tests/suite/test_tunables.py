# SPDX-License-Identifier: BSD-2-Clause
"""The bank's limits, from the kernel's command line."""

import re

import pytest

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


# On virt the tree follows the archive, at the next 2 MiB.
TABLES = "behind the archive"

# Where a bank cannot be, from the beginning of RAM: (place, size, why).
REFUSED = {
    "pc": [
        (0x80000, "1M", "it is not all RAM"),
        (0x100000, "1M", "it overlaps the kernel's image"),
        (0x200000, "2M", "it overlaps the kernel's image"),
        (0x300000, "1M", "it overlaps the kernel's image"),
        (0x400000, "200M", "it overlaps the archive"),
    ],
    "virt": [
        (0x80000, "1M", "it is not all RAM"),
        (0x200000, "1M", "it overlaps the kernel's image"),
        (0x400000, "1M", "it overlaps the kernel's image"),
        (0x7f00000, "2M", "it overlaps the archive"),
        (TABLES, "1M", "it overlaps the loader's tables"),
    ],
}[BOARD] + [
    (0xff80000, "1M", "it is not all RAM"),
    (0x2000000, "1G", "it is not all RAM"),
    (0x2000800, "1M", "must be whole pages"),
    (0x2000000, "0x100100", "must be whole pages"),
]


@pytest.mark.parametrize("place,size,why", REFUSED)
def test_refused_place(machines, build, place, size, why):
    """A line that says why, no bank, and the rest works."""
    if place == TABLES:
        archive = (build / "archive.cpio").stat().st_size
        place = 0x8000000 + (archive + 0x1fffff & ~0x1fffff)
    words = f"pmm.base={RAM_START[BOARD] + place:#x} pmm.rambankSize={size}"
    machine = machines(cmdline=words).boot()
    assert re.search(f"{lines.BANK_ABSENT}", machine.text())
    assert why in machine.text(), machine.error(why)
    machine.type("arun -g hello")
    machine.expect("hello: ")


@pytest.mark.parametrize("words", [
    "pmm.maxBlocks=0", "pmm.maxBlocks=257", "pmm.rambankSize=x",
    "pmm.base=-1", "pmm.rambankSize=99999999999999999999", "pmm.base="])
def test_no_number(machines, words):
    """It is told, and the default is taken."""
    machine = machines(cmdline=words).boot()
    name = words.partition("=")[0]
    assert f"command line: {name} is not a number from" in machine.text()
    assert re.search(lines.BANK_EMPTY, machine.text())
    assert re.search(r"of 30 blocks", machine.command("mem"))


@pytest.mark.parametrize("blocks, taken", [(1024, True), (1025, False)])
def test_large_directory(machines, blocks, taken):
    """A larger bank has room for more blocks, and says for how many."""
    machine = machines(cmdline="pmm.rambankSize=16M "
                       f"pmm.maxBlocks={blocks}").boot()
    assert ("not a number from 0x1 to 0x400" in machine.text()) != taken
    assert re.search(f"of {1024 if taken else 30} blocks",
                     machine.command("mem"))


def test_impossible_place(machines):
    """Not RAM: a line, no bank, and the rest works."""
    machine = machines(cmdline="pmm.base=0xf0000000").boot()
    assert re.search(lines.BANK_ABSENT, machine.text())
    assert "bank:   none" in machine.command("mem")
    machine.type("arun -g 1 faults null")
    machine.expect(lines.restarted("faults", 1))
    machine.command("akill -g 1")


@pytest.mark.parametrize("word", ["pmm.bankSize=4M", "panic=never",
                                  "pmm.rambanksize=4M", "site.watchDog=3"])
def test_word_that_means_nothing(machines, word):
    machine = machines(cmdline=f"{word} BOOT_IMAGE=/k pmm.maxBlocks=9").boot()
    assert f'command line: "{word}" means nothing here' in machine.text()
    assert machine.text().count("means nothing") == 1


def test_fault_that_nobody_knows(machines):
    machine = machines(cmdline="test.fault=nonsense").boot()
    assert "command line: test.fault= names no fault" in machine.text()
