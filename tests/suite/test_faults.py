# SPDX-License-Identifier: BSD-2-Clause
"""What an actor's fault looks like, and that it is nobody else's."""

import re

import pytest

import lines
from machine import ARCH

KINDS = {
    "null": lines.NULL,
    "divide": lines.DIVIDE,
    "stack": lines.STACK,
    "execute": lines.EXECUTE,
    "jump": lines.NULL,
    "text": lines.WRITE_TEXT,
    "constants": lines.WRITE_CONSTANTS,
    "illegal": lines.ILLEGAL,
    "kernel": lines.KERNEL,
    "beyond": lines.BEYOND,
}

# A function that the backtrace of each leads through.  A jump into nowhere
# leaves no frame of the function that jumped.
FRAMES = {"null": "die_null", "divide": "die_divide", "stack": "grow_stack",
          "execute": "main", "jump": "main",
          "text": "die_write_text", "constants": "die_write_constants",
          "illegal": "die_illegal",
          "kernel": "die_kernel", "beyond": "die_beyond"}


# This processor divides by zero without a word: the result is 0.
if ARCH == "aarch64":
    del KINDS["divide"]


@pytest.mark.parametrize("kind", KINDS)
def test_fault_in_words(machine, kind):
    machine.type(f"arun faults {kind}")
    machine.expect(f"faults: now dying of {kind}")
    machine.expect(lines.fault("faults", KINDS[kind]))
    machine.expect(lines.frame(FRAMES[kind]))
    machine.gone("faults")
    assert "survived" not in machine.text()


def test_fault_is_remembered(machine):
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")
    machine.type("arun -g 1 hello")
    machine.expect(lines.restarted("hello", 1))
    machine.expect("hello: back again")
    listed = machine.command("aps")
    assert re.search(r"hello .*, last fault: page fault writing", listed)


def test_exit_of_a_restartable_actor_is_a_failure(machine):
    machine.type("arun -g 1 faults exit")
    why = machine.expect(lines.restarted("faults", 1))["why"]
    assert "exit without HR_EXIT_HDL" in why
    machine.command("akill -g 1")


def test_exit_of_another_is_none(machine):
    machine.type("arun faults exit")
    machine.expect("faults: now dying of exit")
    machine.gone("faults")
