# SPDX-License-Identifier: BSD-2-Clause
"""Faults in the kernel: it comes back, and no block has changed."""

import pytest

from campaign import Campaign
from sabotage import CMDLINE, Sabotage, conclude, make_table

FAULTS = Campaign("kernel", short=50)


@pytest.mark.timeout(120 + FAULTS.rounds * 4)
def test_kernel_is_damaged(machines, build, output, arch, tmp_path):
    table = make_table(FAULTS, machines, build, tmp_path)
    sabotage = Sabotage(machines, FAULTS, CMDLINE, table)
    sabotage.run()
    conclude(sabotage, output, arch)
    assert FAULTS.nothing_lost()
    assert sabotage.sums["warm"] > FAULTS.rounds // 25
