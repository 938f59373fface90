# SPDX-License-Identifier: BSD-2-Clause
"""Deaths of actors, of groups and of the site, one after the other: what was
in use before is in use afterwards, to the byte."""

import re

import pytest

from campaign import Campaign
from talk import Talk

DEATHS = Campaign("soak", short=60)
PATIENT = ("hrCtrl.maxBadness=250 hrCtrl.interval=1 site.maxBootDeaths=1000 "
           "site.maxRestarts=1000")
EACH = 10    # deaths of actors to one of the site
QUIET = 120  # seconds
END = re.compile(r"saboteur: soak (?P<how>done|FAILED)")
SUM = re.compile(r"saboteur: soak: sites (?P<sites>\d+) deaths (?P<deaths>\d+) "
                 r"still (?P<still>\d+)")
FREE = re.compile(r"saboteur: (first|then): (?P<usage>free [^\n]*)")


@pytest.mark.timeout(120 + DEATHS.rounds)
def test_nothing_leaks(machines, output, arch):
    """The saboteur compares; here it is read from the console."""
    machine = machines(cmdline=PATIENT).boot()
    sites = DEATHS.rounds // EACH
    machine.type(f"arun -g 1 -t saboteur soak {DEATHS.rounds} {sites}")
    talk = Talk(machine)
    seen = {"sites": 0, "deaths": 0, "still": 0}

    def watch(line):
        found = SUM.search(line)
        if found:
            seen.update({name: int(text) for name, text
                         in found.groupdict().items()})
        found = FREE.search(line)
        if found:
            seen["usage"] = found["usage"]
        assert "panic: " not in line, line

    how = talk.until(END, QUIET, watch)["how"]
    DEATHS.note("recovered", seen["deaths"] + seen["sites"])
    DEATHS.note("corrupt", seen["still"])
    DEATHS.figures = {"counted": seen}
    DEATHS.write(output, arch)
    assert how == "done", machine.error("not all came back")
    assert seen["deaths"] >= DEATHS.rounds * 3 // 4
    assert seen["sites"] == sites
    assert DEATHS.nothing_lost()
