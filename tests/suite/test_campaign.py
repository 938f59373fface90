# SPDX-License-Identifier: BSD-2-Clause
"""Deaths at random instants.  In `make test` a few, always the same ones;
`make campaign N=1000` has as many as it is told, and other ones each time."""

import os
import random
import re

import pytest

import lines

KILLS = int(os.environ.get("CAMPAIGN", 0))
SEED = random.randrange(1 << 31) if KILLS else 20
PATIENT = ("site.maxBootDeaths=1000000000 hrCtrl.maxBadness=250 "
           "hrCtrl.interval=1")


def steps(machine):
    """The numbers of booked steps that the lives of ledger found."""
    assert "ledger: FAILED" not in machine.text()
    lives = [(int(count), int(total)) for count, total in re.findall(
        r"ledger: (\d+) steps booked, sum (\d+)", machine.text())]
    # A line that is cut in the middle of a number shows by its sum: thousands
    # of deaths a minute say more than the console takes.
    whole = [count for count, total in lives
             if total == count * (count + 1) // 2]
    assert len(whole) > 0.98 * len(lives)
    return whole


@pytest.mark.timeout(60 + KILLS)
def test_supervisor_dies_at_random(machines):
    """It does; the program that it looks after loses no step by it."""
    machine = machines(cmdline=PATIENT).boot()
    machine.type("arun -g 6 ledger")
    machine.expect("ledger: 0 steps booked")
    rounds = KILLS or 25
    machine.type(f"arun -t assassin ledger {rounds} {SEED}")
    machine.expect(rf"assassin: the supervisor died {rounds} times, and all "
                   "is well|assassin: FAILED[^\r\n]*", 60 + rounds)
    print(f"seed {SEED}: {machine.console.match[0]}")
    assert "FAILED" not in machine.console.match[0]
    found = steps(machine)
    assert found == sorted(found)
    assert found[-1] > 0
    machine.type("akill -g 6")
    machine.expect(lines.group_ended(6))


@pytest.mark.timeout(60 + KILLS)
def test_ledger_is_killed_at_random(machines):
    machine = machines(cmdline=PATIENT).boot()
    chance = random.Random(SEED)
    machine.type("arun -g 6 ledger")
    machine.expect("ledger: 0 steps booked")
    for _ in range(KILLS // 10 or 12):
        machine.type(chance.choice(["akill ledger", "fault ledger wild",
                                    "restart ledger", "restart"]))
        machine.expect(r"ledger: \d+ steps booked")
    found = steps(machine)
    assert found == sorted(found)
    assert found[-1] > 0
