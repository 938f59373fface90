# SPDX-License-Identifier: BSD-2-Clause
"""The same faults in a kernel that has the bank in its own map: what is keeping
it out worth?  A measurement: only its end is asserted."""

import pytest

from campaign import Campaign
from sabotage import CMDLINE, Sabotage, conclude, make_table

FAULTS = Campaign("kernel_open", short=0)


@pytest.mark.timeout(120 + FAULTS.rounds * 4)
@pytest.mark.skipif(not FAULTS.long, reason="only a measurement")
def test_open_bank_is_worse(machines, build, output, arch, tmp_path):
    faults, table = make_table(FAULTS, machines, build, tmp_path)
    sabotage = Sabotage(machines, FAULTS, CMDLINE + " pmm.protect=0", faults,
                        table, build / "kernel.elf")
    sabotage.run()
    conclude(sabotage, output, arch)
    assert "open to the kernel" in sabotage.machine.text()
