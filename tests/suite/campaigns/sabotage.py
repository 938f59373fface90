# SPDX-License-Identifier: BSD-2-Clause
"""A kernel that is damaged while it works: its text, constants, variables,
stack, page tables and what a restart in place takes over.

The saboteur does it from inside and keeps count; what it cannot tell is seen
from here: a machine that says nothing more, and a bank that was given up."""

import os
import re
import time
from collections import Counter
from pathlib import Path

from machine import ARCH, BOARD
from mutate import CONSTANTS, DATA, RECORD, STACK, TABLE, TEXT, TYPES, Fault, \
    address_of, bits, code_of, symbols, text_fault, variable_place, write_table
from stepper import BANK_SIZE, BANK_START
from talk import Gone, Silence, Talk

CMDLINE = ("test.inject=1 hrCtrl.maxBadness=250 hrCtrl.interval=1 "
           "site.maxRestarts=1000 site.maxResets=1000 site.watchdog=3")
# Time is counted in instructions, and nobody waits for it: what a host does
# besides makes no difference, and a kernel that sleeps costs nothing.
ICOUNT = ["-icount", "shift=4,sleep=off"]
AT_ONCE = 3 # faults of a round: user/examples/saboteur/kernel.c
QUIET = 15  # seconds without a word: the watchdog itself has failed
BUSY = 6    # so many times as long, if the host has had no time for QEMU
STUCK = 20  # ... of QEMU's time without a round, whatever else is said
TRIES = 5   # resets without a round: what is wrong must be something else
SKIPPED = 6 # the next fault is told each 5: not the same again
SUM = re.compile(r"saboteur: (?P<what>stop|round|done) (?P<done>\d+): "
                 r"(?P<sums>benign \d+ warm \d+ reset \d+ self \d+ still \d+ "
                 r"journals \d+ refresh \d+)$")
COLD = re.compile(r"bank: \d+ KiB at \w+: (?:formatted|empty)")
LOST = re.compile(r"blocks kept: \d+, lost: (?P<lost>\d+)")
STILL_GONE = re.compile(r"saboteur: still-\d+: -\d+ bytes at 0x0$")
BANNER = re.compile(r"^Reprise \S+, ")
PANIC = re.compile(r"panic: ")
PLACE = re.compile(r"\b(?:[RE]IP|PC)=([0-9a-f]+)")
HANG = re.compile(r"panic: the kernel: hang: ")
READY = re.compile(r"supervisor: ready")
ENDED = re.compile(r"supervisor: group 1 ended")
READY_LIMIT = 60

# A fault that surely stops the kernel, at its next call: a campaign of faults
# that all do nothing would prove nothing.
SURE = {"x86_64": ("trap_syscall", bytes.fromhex("0f0b")),      # ud2
        "aarch64": ("trap_syscall", bytes.fromhex("00000000"))}[ARCH] # udf
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
    write_table(folder / "none",
                [Fault(DATA, 0, b"\0", 0, "data")] * 12 * AT_ONCE)
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


def sure_fault(path):
    """The first of each campaign."""
    name, wanted = SURE
    at = next(one.address for one in symbols(path) if one.name == name)
    code = b"".join(one.bytes for one in code_of(path)
                    if at <= one.address < at + 8)[:len(wanted)]
    return Fault(TEXT, at - address_of(path, "image_start"),
                 bytes(a ^ b for a, b in zip(code, wanted)), 1, "bit")


def make_table(campaign, machines, build, folder):
    """The faults of a campaign, and the table of them."""
    kernel = build / "kernel.elf"
    listing = executed(machines, build, folder)
    faults = [sure_fault(kernel)]
    faults += [a_fault(kernel, listing, campaign.chance)
               for _ in range(campaign.rounds * AT_ONCE - 1)]
    write_table(folder / "faults", faults)
    return faults, folder / "faults"


def place_words(kernel, at):
    """An address in words."""
    for one in symbols(kernel):
        if one.address <= at < one.address + one.size:
            return f"{one.name}+{at - one.address:#x}"
    return f"{at:#x}"


def told(kernel, fault):
    """A fault in words: where it is, and which bits."""
    start = {TEXT: "image_start", CONSTANTS: "text_end", DATA: "data_start"}
    words = f"{fault.type} {fault.offset:#x} {fault.mask.hex()}"
    if fault.where not in start:
        return words
    at = address_of(kernel, start[fault.where]) + fault.offset
    return f"{words} {place_words(kernel, at)}"


class Sabotage:
    """One campaign on one machine after the other, until all rounds are
    over."""

    def __init__(self, machines, campaign, cmdline, faults, table, kernel):
        self.campaign = campaign
        self.faults, self.kernel = faults, kernel
        self.told = 0 # losses that the last start has told of, and no more
        self.odd = [] # faults that did not end in a restart in place
        self.make = lambda **others: machines(
            cmdline=cmdline, extra={"faults": table}, flags=ICOUNT, **others)
        self.sums = Counter() # of the saboteurs whose bank was given up
        self.last = Counter() # of the present one
        self.seen = Counter()
        self.stops = Counter() # by type of the fault
        self.next = 0 # the fault that comes next
        self.deadline = time.monotonic()
        self.heard = 0 # QEMU's time when the last round was told of
        self.machine = self.talk = None
        self.killed = False # the present saboteur, by hand

    def listen(self):
        """To a machine that is about to be switched on, or is already."""
        self.machine.panics_allowed = True
        if not self.machine.process:
            self.machine.start()
        self.talk = Talk(self.machine)

    def cpu(self):
        """Seconds of the host's time that QEMU has used."""
        stat = Path(f"/proc/{self.machine.process.pid}/stat").read_text()
        ticks = map(int, stat.rsplit(")", 1)[1].split()[11:13])
        return sum(ticks) / os.sysconf("SC_CLK_TCK")

    def line(self):
        """The next line; Silence is of one who has had time to speak."""
        begun, used = time.monotonic(), self.cpu()
        while True:
            try:
                return self.talk.line(QUIET)
            except Silence:
                if self.cpu() - used >= QUIET or \
                        time.monotonic() - begun > QUIET * BUSY:
                    raise

    def begin(self):
        """A machine whose bank is empty, and a saboteur who goes on."""
        self.sums.update(self.last)
        self.last = Counter()
        if not self.machine:
            self.machine = self.make()
            self.machine.boot()
            self.listen()
        self.heard = self.cpu()
        self.machine.type("arun -g 1 -t saboteur kernel "
                          f"{self.next} {self.campaign.rounds}")

    def look(self, line):
        """What a line tells."""
        found = SUM.search(line)
        if found:
            self.killed = False
            words = found["sums"].split()
            sums = Counter(dict(zip(words[::2], map(int, words[1::2]))))
            self.compare(int(found["done"]) - 1, sums)
            self.last = sums
            if int(found["done"]) > self.next:
                self.heard = self.cpu()
            self.next = int(found["done"])
        self.seen["panics"] += bool(PANIC.search(line))
        self.seen["hangs"] += bool(HANG.search(line))
        self.seen["boots"] += bool(BANNER.search(line))
        self.seen["restored"] += "image was damaged, and is rest" in line
        lost = LOST.search(line)
        if lost:
            self.seen["lost"] += int(lost["lost"])
            self.told = int(lost["lost"])
        if STILL_GONE.search(line) and self.told > 0:
            self.told -= 1
            self.seen["still told"] += 1
        return found, bool(COLD.search(line))

    def compare(self, number, sums):
        """Which ways to end that round's sums have more of."""
        last = self.last
        if sums["warm"] + sums["reset"] > last["warm"] + last["reset"]:
            self.stops.update(fault.type for fault in self.round(number))
        for way in ("reset", "self", "still", "journals"):
            if sums[way] > last[way]:
                self.note(way, number)

    def round(self, number):
        """The faults of a round."""
        return self.faults[number * AT_ONCE:(number + 1) * AT_ONCE]

    def note(self, way, number):
        """A round that is worth looking at."""
        self.odd.append(f"{number} {way}: " + "; ".join(
            told(self.kernel, fault) for fault in self.round(number)))

    def help(self, tried, where):
        """Nothing more comes, and the processor is there: presses the reset
        button.  When that has not helped the saboteur is gone: another one
        takes over."""
        self.heard = self.cpu()
        self.seen["lockup" if tried == 0 else "again"] += 1
        self.note(f"quiet at {where}", self.next)
        if tried == TRIES:
            self.exchange()
            return
        self.seen["button"] += 1
        self.machine.qmp().ask("system_reset")
        if tried > 0:
            self.talk.until(READY, READY_LIMIT)
            self.again()

    def again(self):
        """Another saboteur, who goes on."""
        self.killed = True
        self.machine.type("akill -g 1")
        self.machine.type("arun -g 1 -t saboteur kernel "
                          f"{self.next} {self.campaign.rounds}")

    def ended(self):
        """If not by our hand, the saboteur has ended before its time: what it
        was started with is damaged, or what it was told.  The kernel lives,
        and is made anew."""
        if self.killed:
            self.killed = False
            return
        self.seen["misled"] += 1
        self.machine.type("restart")
        self.talk.until(READY, READY_LIMIT, each=self.look)
        self.again()

    def exchange(self):
        """Resets have not helped: what is wrong is QEMU's, as a clock that a
        damaged kernel has sent to the end of time is.  Another machine goes on
        with the bank of this one."""
        self.seen["exchanged"] += 1
        saved = self.machine.folder / "bank"
        self.machine.qmp().ask("pmemsave", val=BANK_START[BOARD],
                               size=BANK_SIZE, filename=str(saved))
        self.machine.process.kill()
        self.machine = self.make(ram_file=True)
        self.machine.fill(BANK_START[BOARD], saved.read_bytes())
        self.listen()
        self.heard = self.cpu()
        self.talk.until(READY, READY_LIMIT, each=self.look)
        self.again()

    def replace(self, way):
        """The bank was given up, or the machine is off; or its kernel lives,
        but what it runs gets nowhere, over each restart: then with another."""
        self.seen[way] += 1
        self.note(way, self.next)
        self.next += SKIPPED
        if way == "cold":
            self.talk.until(READY, READY_LIMIT)
        else:
            self.machine.process.kill()
            self.machine = None
        self.begin()

    def step(self):
        """The next line; whether more is to come."""
        if self.cpu() > self.heard + STUCK:
            self.replace("stuck")
        line = self.line()
        found, cold = self.look(line)
        if cold:
            self.replace("cold")
        elif ENDED.search(line):
            self.ended()
        elif found and self.next < self.campaign.rounds:
            if time.monotonic() > self.deadline:
                return False
        return not found or self.next < self.campaign.rounds

    def run(self, limit=float("inf")):
        """All rounds, or those that begin in so many seconds; counts what only
        an onlooker sees.  It ends with a word of the saboteur's: the kernel
        is back."""
        self.deadline = time.monotonic() + limit
        self.begin()
        tried, rounds, more = 0, 0, True
        while more:
            try:
                more = self.step()
            except Silence as silence:
                place = PLACE.search(str(silence))
                where = place_words(self.kernel, int(place[1], 16))
                tried = tried + 1 if rounds == self.next else 0
                rounds = self.next
                self.help(tried, where)
            except Gone:
                self.replace("off")
        self.sums.update(self.last)


def conclude(sabotage, output, arch):
    """Notes how all rounds have ended."""
    campaign, sums, seen = sabotage.campaign, sabotage.sums, sabotage.seen
    stops = sums["warm"] + sums["reset"] + seen["cold"] + seen["off"]
    campaign.note("benign", sums["benign"])
    campaign.note("recovered", sums["warm"] + sums["reset"] + sums["self"])
    campaign.note("cold", seen["cold"] + seen["off"])
    campaign.note("degraded", seen["still told"])
    campaign.note("corrupt", sums["still"] - seen["still told"])
    campaign.figures = {
        "stopped": stops, "warm": sums["warm"],
        "reset by itself": max(sums["reset"] - seen["lockup"], 0),
        "reset by hand": seen["button"],
        "watchdog": seen["hangs"], "locked up": seen["lockup"],
        "saboteur alone": sums["self"], "misled": seen["misled"],
        "blocks changed": sums["still"] - seen["still told"],
        "journals changed": sums["journals"],
        "blocks lost by name": seen["lost"], "panics": seen["panics"],
        "images restored": seen["restored"], "off": seen["off"],
        "quiet again": seen["again"], "exchanged": seen["exchanged"],
        "stuck": seen["stuck"],
        "stops": dict(sabotage.stops.most_common()),
        "odd": sabotage.odd}
    campaign.write(output, arch)
