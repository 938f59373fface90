# SPDX-License-Identifier: BSD-2-Clause
"""A kernel that is damaged while it works: its text, constants, variables,
stack, page tables and what a restart in place takes over.

The saboteur does it from inside and keeps count; what it cannot tell is seen
from here: a machine that says nothing more, and a bank that was given up."""

import re
import time
from collections import Counter

from machine import BOARD
from mutate import CONSTANTS, DATA, RECORD, STACK, TABLE, TEXT, TYPES, Fault, \
    address_of, bits, code_of, symbols, text_fault, variable_place, write_table
from talk import Gone, Silence, Talk

CMDLINE = ("test.inject=1 hrCtrl.maxBadness=250 hrCtrl.interval=1 "
           "site.maxBootDeaths=1000 site.maxRestarts=1000 site.maxResets=1000")
QUIET = 4   # seconds without a word: nothing more comes
STUCK = 40  # ... without a round, whatever else is said
TRIES = 5   # resets without a round: what is wrong must be something else
SKIPPED = 6 # the next fault is told each 5: not the same again
SUM = re.compile(r"saboteur: (?P<what>stop|round|done) (?P<done>\d+): "
                 r"(?P<sums>benign \d+ warm \d+ reset \d+ self \d+ still \d+ "
                 r"journals \d+ refresh \d+)$")
TYPE = re.compile(r"saboteur: type (\d+)$")
COLD = re.compile(r"bank: \d+ KiB at \w+: (?:formatted|empty)")
LOST = re.compile(r"blocks kept: \d+, lost: (?P<lost>[1-9]\d*)")
BANNER = re.compile(r"^Reprise \S+, ")
PANIC = re.compile(r"panic: ")
# What runs at a start only, and is not damaged: the campaign is about a kernel
# at work.
STARTS = re.compile(r".*_init$|start_|handoff|kmain|tree_|fdt_|read_mb|power_|"
                    r"tables_load|kspace_map|map_|console_start|timer_measure")
STACK_USED = 0x240 # of the kernel's stack in this very call, bytes


def a_fault(path, listing, chance):
    """Half of them in the text."""
    kind = chance.choice(TYPES[:8] * 2 + ("data",) * 6 + ("stack",) * 6
                         + ("constants", "table", "record", "record"))
    if kind in TYPES[:8]:
        code, mask = text_fault(listing, kind, chance)
        at = code.address - address_of(path, "image_start")
        return Fault(TEXT, at, mask, 1, kind)
    if kind == "data":
        place = variable_place(path, "db", chance)
        return Fault(DATA, place - address_of(path, "data_start"),
                     bits(chance), 0, kind)
    if kind == "constants":
        place = variable_place(path, "r", chance)
        return Fault(CONSTANTS, place - address_of(path, "text_end"),
                     bits(chance), 1, kind)
    where, span = {"stack": (STACK, STACK_USED), "table": (TABLE, 4096),
                   "record": (RECORD, 1024)}[kind]
    return Fault(where, chance.randrange(span // 8) * 8, bits(chance), 0, kind)


def executed(machines, build, folder):
    """The instructions of the kernel that run when it works: QEMU lists what
    it translates.  Faults where nobody comes by tell nothing."""
    kernel = build / "kernel.elf"
    start, end = (address_of(kernel, name) for name in ("image_start",
                                                        "text_end"))
    write_table(folder / "none", [Fault(DATA, 0, b"\0", 0, "data")] * 12)
    machine = machines(cmdline=CMDLINE, extra={"faults": folder / "none"},
                       flags=["-d", "in_asm", "-D", str(folder / "listing"),
                              "-dfilter", f"{start:#x}..{end:#x}"]).boot()
    machine.type("arun -g 1 -t saboteur kernel 0 12")
    machine.expect("saboteur: done 12")
    machine.qmp().ask("quit")
    machine.wait()
    seen = {int(at, 16) for at in re.findall(
        r"^0x([0-9a-f]+):", (folder / "listing").read_text(), re.M)}
    spans = [(one.address, one.address + one.size) for one in symbols(kernel)
             if one.kind == "t" and not STARTS.match(one.name)]
    found = [code for code in code_of(kernel) if code.address in seen and
             any(low <= code.address < high for low, high in spans)]
    assert len(found) > 2000, len(found)
    return found


def make_table(campaign, machines, build, folder):
    """The table of faults for a campaign."""
    listing = executed(machines, build, folder)
    write_table(folder / "faults",
                [a_fault(build / "kernel.elf", listing, campaign.chance)
                 for _ in range(campaign.rounds)])
    return folder / "faults"


class Sabotage:
    """One campaign on one machine after the other, until all rounds are
    over."""

    def __init__(self, machines, campaign, cmdline, table):
        self.campaign = campaign
        self.make = lambda: machines(cmdline=cmdline,
                                     extra={"faults": table})
        self.sums = Counter() # of the saboteurs whose bank was given up
        self.last = Counter() # of the present one
        self.seen = Counter()
        self.stops = Counter() # by type of the fault
        self.next = 0 # the fault that comes next
        self.heard = time.monotonic()
        self.machine = self.talk = None

    def begin(self):
        """A machine whose bank is empty, and a saboteur who goes on."""
        self.sums.update(self.last)
        self.last = Counter()
        if not self.machine:
            self.machine = self.make()
            self.machine.panics_allowed = True
            self.machine.boot()
            self.talk = Talk(self.machine)
        self.machine.type("arun -g 1 -t saboteur kernel "
                          f"{self.next} {self.campaign.rounds}")

    def look(self, line):
        """What a line tells."""
        found = SUM.search(line)
        if found:
            words = found["sums"].split()
            self.last = Counter(dict(zip(words[::2], map(int, words[1::2]))))
            if int(found["done"]) > self.next:
                self.heard = time.monotonic()
            self.next = int(found["done"])
        found_type = TYPE.search(line)
        if found_type:
            self.stops[TYPES[int(found_type[1])]] += 1
        self.seen["panics"] += bool(PANIC.search(line))
        self.seen["boots"] += bool(BANNER.search(line))
        self.seen["restored"] += "image was damaged, and is rest" in line
        lost = LOST.search(line)
        if lost:
            self.seen["lost"] += int(lost["lost"])
        return found and found["what"] == "done", bool(COLD.search(line))

    def help(self, tried):
        """Nothing more comes: does what a watchdog would, or presses the
        reset button.  When that has not helped the saboteur is gone: another
        one takes over."""
        self.seen["lockup" if tried == 0 else "again"] += 1
        if tried == TRIES:
            raise self.machine.error("stays quiet")
        if tried == 0 and BOARD == "pc":
            self.machine.qmp().ask("inject-nmi")
            return
        self.seen["button"] += 1
        self.machine.qmp().ask("system_reset")
        if tried > 0:
            self.talk.until(re.compile("supervisor: ready"), 60)
            self.machine.type("akill -g 1")
            self.machine.type("arun -g 1 -t saboteur kernel "
                              f"{self.next} {self.campaign.rounds}")

    def run(self):
        """All rounds; counts what only an onlooker sees."""
        self.begin()
        tried, rounds = 0, 0
        while True:
            try:
                if time.monotonic() > self.heard + STUCK:
                    self.seen["stuck"] += 1
                    self.heard = time.monotonic()
                    raise Silence("no round")
                done, cold = self.look(self.talk.line(QUIET))
            except Silence:
                tried = tried + 1 if rounds == self.next else 0
                rounds = self.next
                self.help(tried)
                continue
            except Gone:
                self.seen["off"] += 1
                self.next += SKIPPED
                self.machine = None
                self.begin()
                continue
            if done:
                break
            if cold:
                self.seen["cold"] += 1
                self.next += SKIPPED
                self.talk.until(re.compile("supervisor: ready"), 60)
                self.begin()
        self.sums.update(self.last)


def conclude(sabotage, output, arch):
    """Notes how all rounds have ended."""
    campaign, sums, seen = sabotage.campaign, sabotage.sums, sabotage.seen
    stops = sums["warm"] + sums["reset"] + seen["cold"] + seen["off"]
    campaign.note("benign", sums["benign"])
    campaign.note("recovered", sums["warm"] + sums["reset"] + sums["self"])
    campaign.note("cold", seen["cold"] + seen["off"])
    campaign.note("corrupt", sums["still"])
    campaign.figures = {
        "stopped": stops, "warm": sums["warm"],
        "reset by itself": max(sums["reset"] - seen["button"], 0),
        "reset by hand": seen["button"],
        "locked up": seen["lockup"], "saboteur alone": sums["self"],
        "blocks changed": sums["still"], "journals changed": sums["journals"],
        "blocks lost by name": seen["lost"], "panics": seen["panics"],
        "images restored": seen["restored"], "off": seen["off"],
        "quiet again": seen["again"], "stuck": seen["stuck"],
        "stops": dict(sabotage.stops.most_common())}
    campaign.write(output, arch)
