# SPDX-License-Identifier: BSD-2-Clause
"""Faults in the kernel: it comes back, and no block has changed."""

import pytest

from campaign import Campaign
import sabotage as sabotages
from mutate import DATA, Fault, write_table
from sabotage import AT_ONCE, CMDLINE, Sabotage, conclude, make_table

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


class Stopped(Sabotage):
    """A machine whose processor stands still after some rounds, whatever
    button is pressed."""

    def step(self):
        if self.next == 5 and not self.seen["exchanged"]:
            self.machine.qmp().ask("stop")
        return super().step()


def test_machine_is_exchanged(machines, build, tmp_path, monkeypatch):
    """One that stays quiet: another one goes on, with the bank it had."""
    monkeypatch.setattr(sabotages, "QUIET", 2)
    monkeypatch.setattr(sabotages, "TRIES", 1)
    monkeypatch.setattr(sabotages, "BUSY", 1)
    campaign = Campaign("exchange", short=10)
    campaign.rounds = 10
    faults = [Fault(DATA, 0, b"\0", 0, "data")] * campaign.rounds * AT_ONCE
    write_table(tmp_path / "faults", faults)
    sabotage = Stopped(machines, campaign, CMDLINE, faults,
                       tmp_path / "faults", build / "kernel.elf")
    sabotage.run()
    assert sabotage.seen["exchanged"] == 1 and sabotage.seen["cold"] == 0
    assert sabotage.seen["button"] == 1
    assert sabotage.sums["benign"] + sabotage.sums["reset"] == 10
    assert sabotage.sums["still"] == 0


class Deserted(Sabotage):
    """A saboteur who ends after some rounds, as one whose arguments are
    damaged does."""

    def step(self):
        if self.next == 5 and not self.seen["misled"]:
            self.machine.type("akill -g 1")
        return super().step()


def test_another_saboteur_goes_on(machines, build, tmp_path):
    campaign = Campaign("deserted", short=100)
    campaign.rounds = 100
    faults = [Fault(DATA, 0, b"\0", 0, "data")] * campaign.rounds * AT_ONCE
    write_table(tmp_path / "faults", faults)
    sabotage = Deserted(machines, campaign, CMDLINE, faults,
                        tmp_path / "faults", build / "kernel.elf")
    sabotage.run()
    assert sabotage.next == 100 and sabotage.seen["misled"] == 1
    assert sabotage.seen["lockup"] == 0
