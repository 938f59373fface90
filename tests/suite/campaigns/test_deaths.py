# SPDX-License-Identifier: BSD-2-Clause
"""Deaths at random instants: of the supervisor, and of the program that it
looks after."""

import re

import pytest

import lines
from campaign import Campaign

DEATHS = Campaign("deaths", short=25)
PATIENT = ("site.maxBootDeaths=1000000000 hrCtrl.maxBadness=250 "
           "hrCtrl.interval=1")


# What each life says: the whole line, for of one that is still on its way the
# sum has fewer digits.
BOOKS = r"ledger: (\d+) steps booked, sum (\d+)\r?\n"


def steps(machine):
    """The numbers of booked steps that the lives of ledger found."""
    assert "ledger: FAILED" not in machine.text()
    lives = [(int(count), int(total))
             for count, total in re.findall(BOOKS, machine.text())]
    wrong = [(count, total) for count, total in lives
             if total != count * (count + 1) // 2]
    assert not wrong
    return [count for count, _ in lives]


@pytest.mark.timeout(60 + DEATHS.rounds)
def test_supervisor_dies_at_random(machines, output, arch):
    """It does; the program that it looks after loses no step by it."""
    machine = machines(cmdline=PATIENT).boot()
    machine.type("arun -g 6 ledger")
    machine.expect("ledger: 0 steps booked")
    rounds = DEATHS.rounds
    machine.type(f"arun -t assassin ledger {rounds} {DEATHS.seed}")
    machine.expect(rf"assassin: the supervisor died {rounds} times, and all "
                   "is well|assassin: FAILED[^\r\n]*", 60 + rounds)
    assert "FAILED" not in machine.console.match[0]
    DEATHS.note("recovered", rounds)
    DEATHS.write(output, arch)
    found = steps(machine)
    assert found == sorted(found)
    assert found[-1] > 0
    machine.type("akill -g 6")
    machine.expect(lines.group_ended(6))


@pytest.mark.timeout(60 + DEATHS.rounds)
def test_ledger_is_killed_at_random(machines):
    machine = machines(cmdline=PATIENT).boot()
    machine.type("arun -g 6 ledger")
    machine.expect("ledger: 0 steps booked")
    for _ in range(DEATHS.rounds // 10 if DEATHS.long else 12):
        machine.type(DEATHS.chance.choice(
            ["akill ledger", "fault ledger wild", "restart ledger",
             "restart"]))
        machine.expect(BOOKS)
    found = steps(machine)
    assert found == sorted(found)
    assert found[-1] > 0
