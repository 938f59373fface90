# SPDX-License-Identifier: BSD-2-Clause
"""Every way down, at random instants: each ends in a start that says why, with
every block as it was."""

import contextlib
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
LIMIT = 120   # seconds until the next life has to speak
PATIENCE = .4 # ... with one that has been locked up on purpose

PC = BOARD == "pc"
FAULT = r"the kernel: page fault "

# The planted faults; each is known by its place among them.
PLANTS = re.findall(r'^    {"([a-z-]+)", plant(?:ed)?_',
                    (ROOT / "kernel" / "planted.c").read_text(), re.M)

# A way: which planted fault it is, or what is asked of QEMU; and what the last
# words must be, if the kernel lives to say any.  Those that lock the machine up
# need the reset button, and in long campaigns they are tried a tenth as often:
# they are waited for.
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
    "hang": Way("lockup", None, "the kernel: hang: the watchdog is not fed"),
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

# Here the watchdog barks; time is counted in instructions then.
WATCHED = {"hang"}
WATCHDOG = " site.watchdog=3"
ICOUNT = ["-icount", "shift=4,sleep=off"]

LOCKED_UP = {"lockup"} if PC else {"lockup", "wreck"}

LIFE = re.compile(r"saboteur: life (?P<life>\d+): still (?P<still>\d+) "
                  r"journals (?P<journals>\d+)")
KEPT = re.compile(r"bank: \d+ KiB at \w+: kept: both copies are whole|"
                  r"bank: \d+ KiB at \w+: kept")
COLD = re.compile(r"boot: by ")
WARM = re.compile(r"boot: warm restart \d+ in place: (?P<why>.*)$")
STARTED = re.compile(r"boot: (?:by|warm restart) |FAILED")
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


def reset_locked_up(machine, talk):
    """The reset button, when nothing has been said for a while.  Should that
    be before the machine is locked up, it is one more reset at any instant."""
    with contextlib.suppress(Silence):
        while True:
            line = talk.line(PATIENCE)
            assert not STARTED.search(line), machine.error("not locked up")
    machine.qmp().ask("system_reset")


def come_back(talk):
    """Waits for the next life; what its start said, and its own line."""
    start = Start()
    while True:
        line = talk.line(LIMIT)
        assert "FAILED" not in line, line
        start.look(line)
        found = LIFE.search(line)
        if found:
            return start, found


def judge(machine, way, start):
    """The start must say what there is to say."""
    assert start.kept and start.words, machine.error("a line is not there")
    if way.words is None:
        assert start.loader and start.words == "none", machine.error("no reset")
        return "reset"
    assert start.why and start.why.startswith(way.words), \
        machine.error(f"came back because of {start.why}")
    assert way.words in start.words, machine.error(f"words: {start.words}")
    return "warm"


@pytest.mark.parametrize("name", sorted(WAYS))
@pytest.mark.timeout(300 + DOWN.rounds * 4)
def test_way_down(machines, output, arch, name):
    way = WAYS[name]
    campaign = Campaign(f"down-{name}", short=1)
    if name in LOCKED_UP:
        campaign.rounds = max(campaign.rounds // 10, 1)
    watched = name in WATCHED
    machine = machines(cmdline=CMDLINE + WATCHDOG * watched,
                       flags=ICOUNT * watched)
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
        if name in LOCKED_UP:
            reset_locked_up(machine, talk)
        start, life = come_back(talk)
        ends[judge(machine, way, start)] += 1
        lives += 1 # counted in the bank, which was kept, then
        assert int(life["life"]) == lives, machine.error("the bank is lost")
        bad = int(life["still"]) + int(life["journals"])
        assert bad == 0, machine.error("blocks have changed")
        campaign.note("recovered")
    campaign.figures = {"ends": dict(ends)}
    campaign.write(output, arch)
