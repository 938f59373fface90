# SPDX-License-Identifier: BSD-2-Clause
"""Faults in actors: their text and data are mutated while they run, and they
are killed at random instants."""

import re

import pytest

import lines
from campaign import Campaign
from mutate import ACTOR, Fault, TYPES, code_of, symbols, text_fault, \
    variable_place, write_table, bits
from talk import Talk

FAULTS = Campaign("actors", short=240)
PATIENT = ("test.inject=1 hrCtrl.maxBadness=250 hrCtrl.interval=1 "
           "site.maxBootDeaths=1000")
VICTIM = "journal"
QUIET = 120            # seconds; busy hosts stand still for some
STACK_TOP = 0x7ff00000 # mm/aspace.h
STACK_USED = 0x180     # of main()'s stack, bytes
SUM = re.compile(r"saboteur: (?:done|faults) (?P<done>\d+): (?P<sums>[^\n]*)")
END = re.compile(r"saboteur: (?P<well>nothing leaked|FAILED: something)")

# How a round that the saboteur has counted so ended.
WAYS = {"benign": "benign", "refused": "benign", "crashed": "recovered",
        "hung": "recovered", "useless": "degraded", "ended": "degraded",
        "lost": "hang", "changed": "corrupt"}


def busy_code(path):
    """The instructions that a journal executes again and again."""
    names = {"main", "memcpy", "threadDelay", "hrHeartbeat", "sort", "sum_of",
             "page_fill", "data_check", "step", "journal_word"}
    spans = [(one.address, one.address + one.size) for one in symbols(path)
             if one.name.split(".")[0] in names]
    return [code for code in code_of(path)
            if any(start <= code.address < end for start, end in spans)]


def a_fault(path, listings, chance):
    """One fault: eight kinds in the text, three elsewhere, or a kill."""
    kind = chance.choice(TYPES[:8] + ("data", "stack", "constants", "kill"))
    if kind in TYPES[:8]:
        code, mask = text_fault(chance.choice(listings), kind, chance)
        return Fault(ACTOR, code.address, mask, 1, kind)
    if kind == "kill":
        return Fault(ACTOR, STACK_TOP, b"\0", 0, kind)
    if kind == "stack":
        offset = chance.randrange(8, STACK_USED) // 8 * 8
        return Fault(ACTOR, STACK_TOP - offset, bits(chance), 0, kind)
    place = variable_place(path, "db" if kind == "data" else "r", chance)
    return Fault(ACTOR, place, bits(chance), kind == "constants", kind)


@pytest.fixture(name="faults")
def fixture_faults(build, tmp_path):
    """The table of faults, as a file for the archive."""
    path = build / "actors" / f"{VICTIM}.elf"
    busy = busy_code(path)
    listings = [busy, busy, busy, code_of(path)]
    chance = FAULTS.chance
    write_table(tmp_path / "faults", [a_fault(path, listings, chance)
                                      for _ in range(FAULTS.rounds + 8)])
    return tmp_path / "faults"


@pytest.mark.timeout(120 + FAULTS.rounds)
def test_actors_are_mutated(machines, faults, output, arch):
    machine = machines(cmdline=PATIENT, extra={"faults": faults}).boot()
    machine.type(f"arun -t saboteur actors 0 {FAULTS.rounds}")
    talk = Talk(machine)
    bad = []

    def watch(line):
        if re.search("panic: |FAILED", line):
            bad.append(line)

    well = talk.until(END, QUIET, watch)["well"]
    found = talk.until(SUM, QUIET, watch)
    sums = {name: int(count) for name, count in
            re.findall(r"(\w+) (\d+)", found["sums"])}
    for name, way in WAYS.items():
        FAULTS.note(way, sums[name])
    FAULTS.figures = {"counted": sums,
                      "damaged": len(re.findall(r"journal: \w+ is damaged",
                                                machine.text()))}
    FAULTS.write(output, arch)
    assert not bad, machine.error("\n".join(bad[:5]))
    assert well == "nothing leaked"
    assert FAULTS.nothing_lost()
    assert sums["crashed"] > FAULTS.rounds // 10
    assert not re.search(lines.PANIC, machine.text())
