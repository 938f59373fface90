# SPDX-License-Identifier: BSD-2-Clause
"""Faults on purpose are refused unless they were asked for; and damage to the
kernel's image and to what it hands on lasts no longer than the kernel."""

import pytest

import lines
from campaigns import mutate

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


def broken(build, name):
    """A fault: the first instructions of that function are rubbish."""
    kernel = build / "kernel.elf"
    code, = [one for one in mutate.symbols(kernel) if one.name == name]
    return mutate.Fault(
        mutate.TEXT, code.address - mutate.address_of(kernel, "image_start"),
        b"\xff" * 16, 0, "bit")


def damaged(machines, tmp_path, fault):
    """A machine whose kernel the saboteur has damaged by that fault."""
    mutate.write_table(tmp_path / "faults", [fault])
    machine = machines(cmdline=ALLOWED + " site.maxRestarts=100",
                       extra={"faults": tmp_path / "faults"}).boot()
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
