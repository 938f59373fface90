# SPDX-License-Identifier: BSD-2-Clause
"""Faults that the kernel commits on purpose: each must be noticed."""

import pytest

import lines
from machine import BOARD

FAULTS = ["panic", "assert", "stack", "null", "text", "constants", "data",
          "physmap", "archive", "bank", "block", "gate",
          "window", "user-read", "user-jump", "stray"]

# A PC's bus does not mind.
if BOARD == "virt":
    FAULTS.append("bus")


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_a_panic(machines, fault):
    machine = machines(cmdline=f"test.fault={fault} {lines.PANIC_STOPS}")
    machine.start()
    machine.expect(f'test: planting the fault "{fault}"')
    machine.expect_panic()
    machine.expect(lines.frame(r"\w+"))
    assert machine.wait() == 1


def test_caller_without_a_frame(machines):
    """What an assertion stands in may have no frame: its caller is told."""
    machine = machines(cmdline=f"test.fault=assert {lines.PANIC_STOPS}")
    machine.start()
    machine.expect_panic("assertion failed: one == 2")
    for function in ("leaf", "plant_assert", "planted_fault", "kmain"):
        machine.expect(lines.frame(function))
    assert machine.wait() == 1
