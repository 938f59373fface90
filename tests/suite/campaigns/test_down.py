# SPDX-License-Identifier: BSD-2-Clause
"""Every way down, at random instants: each ends in a start that says why, with
every block as it was."""

import re
import time
from collections import Counter, namedtuple

import pytest

from campaign import Campaign
from machine import BOARD, ROOT
from talk import Silence, Talk

DOWN = Campaign("down", short=1)
CMDLINE = ("test.inject=1 hrCtrl.maxBadness=250 hrCtrl.interval=1 "
           "site.maxBootDeaths=1000 site.maxRestarts=1000 site.maxResets=1000")
QUIET = 4    # seconds without a word: locked up
LIMIT = 120  # ... until the next life has to speak

PC = BOARD == "pc"
FAULT = r"the kernel: page fault "

# The planted faults; each is known by its place among them.
PLANTS = re.findall(r'^    {"([a-z-]+)", plant(?:ed)?_',
                    (ROOT / "kernel" / "planted.c").read_text(), re.M)

# A way: which planted fault it is, or what is asked of QEMU; and what the last
# words must be, if the kernel lives to say any.
Way = namedtuple("Way", "plant ask words")
WAYS = {
    "panic": Way("panic", None, "asked for by test.fault=panic"),
    "assert": Way("assert", None, "assertion failed: one == 2"),
    "stack": Way("stack", None, "the kernel: stack overflow in the kernel"),
    "stray": Way("stray", None, "the kernel: "),
    "null": Way("null", None, FAULT + "reading 0x0"),
    "text": Way("text", None, FAULT + "writing"),
    "data": Way("data", None, FAULT + "executing"),
    "bank": Way("bank", None, FAULT + "writing"),
    "block": Way("block", None, FAULT + "reading"),
    "lockup": Way("lockup", None, None),
    "wreck": Way("wreck", None, None),
    "reset": Way(None, ("system_reset", {}), None),
}
if not PC:
    WAYS["bus"] = Way("bus", None, "the kernel: machine check")
if PC:
    WAYS["nmi"] = Way(None, ("inject-nmi", {}), "the kernel: machine check")
    WAYS["mce"] = Way(None, ("human-monitor-command", {
        "command-line": "mce 0 9 0xbd00000000000000 0x4 0x1234 0x8c"}),
        "the kernel: machine check")

LIFE = re.compile(r"saboteur: life (?P<life>\d+): still (?P<still>\d+) "
                  r"journals (?P<journals>\d+)")
KEPT = re.compile(r"bank: \d+ KiB at \w+: kept: both copies are whole|"
                  r"bank: \d+ KiB at \w+: kept")
COLD = re.compile(r"boot: by ")
WARM = re.compile(r"boot: warm restart \d+ in place: (?P<why>.*)$")
WORDS = re.compile(r"last words: (?P<words>.*)$")


class Start:
    """What the next start says."""

    def __init__(self):
        self.kept = self.why = self.words = None # not seen
        self.loader = False

    def look(self, line):
        """Takes what a line tells."""
        self.kept = self.kept or KEPT.search(line)
        self.loader = self.loader or bool(COLD.search(line))
        for name, pattern in (("why", WARM), ("words", WORDS)):
            found = pattern.search(line)
            if found:
                setattr(self, name, found[name])


def come_back(machine, talk):
    """Waits for the next life; what its start said, and its own line.  One
    that says nothing is helped by the reset button."""
    start, helped = Start(), False
    while True:
        try:
            line = talk.line(LIMIT if helped else QUIET)
        except Silence:
            assert not helped, machine.error("does not come back")
            helped = True
            machine.qmp().ask("system_reset")
            continue
        start.look(line)
        found = LIFE.search(line)
        if found:
            return start, found, helped


def judge(machine, way, start, helped):
    """The start must say what there is to say.  QEMU's serial line drops text
    when its reader is slow: that a line is not there tells nothing."""
    if start.kept is None or start.words is None or \
            (way.words and start.why is None):
        return "line cut"
    if way.words is None:
        assert start.loader and start.words == "none", machine.error("no reset")
        return "reset by hand" if helped else "reset by itself"
    assert not helped, machine.error("locked up")
    assert start.why and start.why.startswith(way.words), \
        machine.error(f"came back because of {start.why}")
    assert way.words in start.words, machine.error(f"words: {start.words}")
    return "warm"


@pytest.mark.parametrize("name", sorted(WAYS))
@pytest.mark.timeout(300 + DOWN.rounds * 4)
def test_way_down(machines, output, arch, name):
    way = WAYS[name]
    campaign = Campaign(f"down-{name}", short=1)
    machine = machines(cmdline=CMDLINE)
    machine.panics_allowed = True
    machine.boot()
    plant = "" if way.plant is None else PLANTS.index(way.plant)
    machine.type(f"arun -g 1 -t saboteur down {plant}")
    talk = Talk(machine)
    talk.until(LIFE, LIMIT)
    ends, lives = Counter(), 1
    for _ in range(campaign.rounds):
        if way.ask is not None:
            time.sleep(campaign.chance.random() / 50) # any instant will do
            machine.qmp().ask(way.ask[0], **way.ask[1])
        start, life, helped = come_back(machine, talk)
        ends[judge(machine, way, start, helped)] += 1
        lives += 1 # counted in the bank, which was kept, then
        assert int(life["life"]) == lives, machine.error("the bank is lost")
        bad = int(life["still"]) + int(life["journals"])
        assert bad == 0, machine.error("blocks have changed")
        campaign.note("recovered")
    campaign.figures = {"ends": dict(ends)}
    campaign.write(output, arch)
    assert ends["line cut"] <= 1 + campaign.rounds // 20
