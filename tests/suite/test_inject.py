# SPDX-License-Identifier: BSD-2-Clause
"""Faults on purpose are refused unless they were asked for; and damage to the
kernel's image and to what it hands on lasts no longer than the kernel."""

import re

import pytest

import lines
from campaigns import mutate
from machine import ARCH, ROOT

ALLOWED = "test.inject=1"
WELL = r"inject: \d+ checks passed"
RESTORED = r"boot: the kernel's image was damaged, and is restored"


@pytest.mark.parametrize("line, cmdline", [
    ("arun inject", ""), ("arun -t inject", ""), ("arun inject", ALLOWED),
    ("arun -t inject allowed", ALLOWED)])
def test_who_may(machines, line, cmdline):
    machine = machines(cmdline=cmdline).boot()
    machine.type(line)
    machine.expect(f"{WELL}|FAILED[^\r\n]*")
    assert "FAILED" not in machine.console.match[0]


def broken(build, name, wanted=None):
    """A fault: the first instructions of that function are others, or
    rubbish."""
    kernel = build / "kernel.elf"
    start = mutate.address_of(kernel, name)
    mask = b"\xff" * 16
    if wanted:
        code = next(one.bytes for one in mutate.code_of(kernel)
                    if one.address == start)
        mask = bytes(a ^ b for a, b in zip(code, wanted))
    return mutate.Fault(
        mutate.TEXT, start - mutate.address_of(kernel, "image_start"), mask, 0,
        "bit")


def damaged(machines, tmp_path, fault, cmdline="", **others):
    """A machine whose kernel the saboteur has damaged by that fault."""
    mutate.write_table(tmp_path / "faults", [fault])
    machine = machines(cmdline=f"{ALLOWED} site.maxRestarts=100{cmdline}",
                       extra={"faults": tmp_path / "faults"}, **others).boot()
    machine.panics_allowed = True
    machine.type("arun -g 1 -t saboteur kernel 0 1")
    return machine


def test_text_is_restored(machines, build, tmp_path):
    """What a panic does is damaged: the next kernel's is whole."""
    machine = damaged(machines, tmp_path, broken(build, "sys_actorList"))
    machine.expect_all([lines.PANIC, lines.BOOT_WARM, RESTORED,
                        "saboteur: done 1: benign 0 warm 1 "])
    machine.type("restart")
    machine.expect(lines.BOOT_WARM)
    machine.prompt()
    assert len(machine.text().split("image was damaged")) == 2


def test_boot_record_is_restored(machines, tmp_path):
    """Its checksum does not fit, nobody makes it fit, and there is a copy."""
    machine = damaged(machines, tmp_path, mutate.Fault(
        mutate.RECORD, 0, b"\xff" * 16, 0, "record"))
    machine.expect("saboteur: done 1: benign 1 ")
    machine.type("restart")
    machine.expect(r"boot: warm restart 1 in place: not known: the record of "
                   "it was damaged, and is restored")
    machine.expect(lines.BANK_KEPT)
    machine.prompt()


def test_panics_that_cannot_be_told(machines, build, tmp_path):
    """What all printing needs is damaged: back in place, without a word."""
    machine = damaged(machines, tmp_path, broken(build, "format_args"))
    machine.expect("boot: warm restart 1 in place: a panic that could not be "
                   "told, inside another")
    machine.expect_all([RESTORED, lines.BANK_KEPT,
                        "saboteur: done 1: benign 0 warm 1 "])


# A jump to itself.
LOOP = {"x86_64": bytes.fromhex("ebfe"), "aarch64": bytes.fromhex("00000014")}


def test_hangs_that_cannot_be_told(machines, build, tmp_path):
    """All printing hangs: what the watchdog barks at four times comes back in
    place, too, and the bark itself is not heard by the next kernel."""
    machine = damaged(
        machines, tmp_path, broken(build, "format_args", LOOP[ARCH]),
        cmdline=" site.watchdog=3", flags=["-icount", "shift=4,sleep=off"])
    machine.expect("boot: warm restart 1 in place: a panic that could not be "
                   "told, inside another")
    machine.expect_all([RESTORED, lines.BANK_KEPT,
                        "saboteur: done 1: benign 0 warm 1 "])


def table_bits(build, name, offset):
    """Damage to what the processor reads by itself: a byte of a table."""
    kernel = build / "kernel.elf"
    place = mutate.address_of(kernel, name) + offset
    return mutate.Fault(
        mutate.DATA, place - mutate.address_of(kernel, "data_start"), b"\x80",
        0, "data")


TIMER = int(re.search(r"APIC_VECTOR_TIMER (\d+)",
                      (ROOT / "drivers/apic.h").read_text())[1])

# The byte that says whether it is present, of a segment and of gates; the
# address of the stack that is taken when an actor is interrupted.
UNUSED = ("exceptions' code", "page faults") # while nothing else is wrong
TABLES = {
    "the kernel's code": ("gdt", 8 + 5), "actors' code": ("gdt", 0x20 + 5),
    "actors' data": ("gdt", 0x18 + 5), "exceptions' code": ("gdt", 0x38 + 5),
    "page faults": ("idt", 14 * 16 + 5), "the clock": ("idt", TIMER * 16 + 5),
    "the stack": ("cpu_tss", 4 + 7),
}


@pytest.mark.skipif(ARCH != "x86_64", reason="a PC's tables")
@pytest.mark.parametrize("what", TABLES)
def test_tables_of_the_processor(machines, build, tmp_path, what):
    """One of them is damaged at a time: what cannot be delivered becomes an
    exception that can, and none a reset of the machine."""
    machine = damaged(machines, tmp_path, table_bits(build, *TABLES[what]),
                      cmdline=" site.watchdog=3",
                      flags=["-icount", "shift=4,sleep=off"])
    warm = int(what not in UNUSED)
    machine.expect(f"saboteur: done 1: benign {1 - warm} warm {warm} reset 0 ")
    text = machine.text()
    assert text.count("boot: by ") == 1 and "hang" not in text
