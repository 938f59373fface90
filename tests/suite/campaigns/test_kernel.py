# SPDX-License-Identifier: BSD-2-Clause
"""Faults in the kernel: it comes back, and no block has changed."""

import pytest

from campaign import Campaign
from sabotage import CMDLINE, Sabotage, conclude, make_table

FAULTS = Campaign("kernel", short=50)
LIMIT = 150 # seconds in which a short form begins rounds, on a busy host


@pytest.mark.timeout(600 + FAULTS.rounds * 4)
def test_kernel_is_damaged(machines, build, output, arch, tmp_path):
    """What must hold for any faults: no block changes without a word, and the
    kernel is always back, after the first of them at least once."""
    faults, table = make_table(FAULTS, machines, build, tmp_path)
    sabotage = Sabotage(machines, FAULTS, CMDLINE, faults, table,
                        build / "kernel.elf")
    sabotage.run(float("inf") if FAULTS.long else LIMIT)
    conclude(sabotage, output, arch)
    assert FAULTS.nothing_lost()
    assert sabotage.sums["warm"] > 0
