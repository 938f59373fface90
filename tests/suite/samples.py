# SPDX-License-Identifier: BSD-2-Clause
"""Tests that must fail, and one that must not, for test_meta.py."""

import time

import pytest


def test_good(machine):
    machine.command("version")


def test_panic_unseen(machine):
    """The kernel panics, and the test has stopped looking."""
    machine.console.send("panic\r")
    while "panic: " not in machine.text():
        machine.drain()


def test_panic_while_waiting(machine):
    machine.type("panic")
    machine.expect("what is never said")


def test_waits_for_ever(machine):
    machine.expect("what is never said", 3)


@pytest.mark.timeout(5, func_only=True)
def test_hangs(machine):
    machine.command("version")
    time.sleep(600)


def test_machine_goes_off(machine):
    machine.type("poweroff")
    machine.expect("what is never said")
