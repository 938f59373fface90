# SPDX-License-Identifier: BSD-2-Clause
"""Memory maps, tasks and semaphores, on the target."""

import pytest


def run(machine, command, name):
    """Runs a program that ends with its number of checks."""
    machine.type(command)
    found = machine.expect(rf"{name}: (\d+) checks passed|FAILED [^\r\n]*"
                           r"|fault: [^\r\n]*")
    assert found[1], machine.error(found[0])


@pytest.mark.parametrize("form", ["regress", "regress_private"])
def test_regress(machine, form):
    """Public objects, by MDEF, and private ones."""
    run(machine, f"arun {form}", "regress")
