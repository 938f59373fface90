# SPDX-License-Identifier: BSD-2-Clause
"""From reset to the prompt, what is said on the way, and how it ends."""

import re

import pytest

import lines
from machine import LIMIT_BOOT, PATHS, make_medium


@pytest.mark.parametrize("boot", PATHS)
def test_boot_lines(machines, boot):
    machine = machines(boot=boot).boot()
    for line in (lines.BANNER, lines.BOOT_COLD, lines.COMMAND_LINE,
                 lines.BANK_EMPTY, lines.LAST_WORDS_NONE,
                 lines.KERNEL_MEMORY, lines.SUPERVISOR_READY):
        found = re.findall(line, machine.text())
        assert len(found) == 1, machine.error(f"{line!r}: {found}")


def test_command_line_is_shown(machines):
    words = "pmm.maxBlocks=7 some.word"
    machine = machines(cmdline=words).boot()
    assert re.search(lines.COMMAND_LINE, machine.text())["text"] == words


def test_poweroff_succeeds(machine):
    machine.type("poweroff")
    assert machine.wait() == 0


# U-Boot itself stops where a file is missing.
@pytest.mark.parametrize("boot", [path for path in PATHS if path != "uboot"])
def test_no_archive(machines, boot):
    machine = machines(boot=boot, archive=False)
    if boot == "kernel":
        machine.words = without_initrd(machine.words)
    machine.start()
    machine.expect(lines.ARCHIVE_BAD, LIMIT_BOOT[boot])
    machine.panics_allowed = True
    assert machine.wait(120) == 1


def without_initrd(words):
    """The command of a machine that is given no archive."""
    def command():
        made = words()
        at = made.index("-initrd")
        return made[:at] + made[at + 2:]
    return command


@pytest.mark.parametrize("boot,where", [
    ("kernel", 0), ("kernel", 0.1), ("kernel", 0.5), ("kernel", 0.95),
    *((path, 0.5) for path in PATHS[1:])])
def test_damaged_archive(machines, boot, where):
    machine = machines(boot=boot)
    path = machine.folder / "archive.cpio"
    data = bytearray(path.read_bytes())
    data[int(len(data) * where)] ^= 0x10
    path.write_bytes(data)
    if boot != "kernel":
        make_medium(machine.folder, machine.board, boot, "")
    machine.start()
    machine.expect(lines.ARCHIVE_BAD, LIMIT_BOOT[boot])
    machine.panics_allowed = True
    assert machine.wait(120) == 1


def test_small_machine(machines):
    machine = machines(memory="48M").boot()
    machine.type("arun hello")
    machine.expect("hello: my first life")


def test_large_machine(machines):
    machines(memory="4G").boot()
