# SPDX-License-Identifier: BSD-2-Clause
"""What a start has made of a bank, against what it had to make of it."""

import re
import zlib

import clerk
from bank_image import FIRST_PAGE, PAGE, WINDOW, bank_read
from stepper import BANK_SIZE

BANK = re.compile(r"^bank: \d+ KiB at \S+: (\w+): ([^;]*); blocks kept: (\d+),"
                  r" lost: (\d+)", re.M)
BLOCK = re.compile(r"clerk: block (\S+) ([0-9a-f]+) (\d+) ([0-9a-f]{8}) "
                   r"(-?\d+)$", re.M)
SUM = re.compile(r"clerk: (\d+) blocks, (\d+) free$", re.M)
READY = re.compile(r"supervisor: ready; registered: (\d+)$", re.M)
SYSTEM = "__SYS"


class Wrong(Exception):
    """What the start made of a bank is not what was there."""


def require(condition, what):
    """Raises Wrong unless condition."""
    if not condition:
        raise Wrong(what)


def spoken(text):
    """What the kernel says about the bank: (all, how, why, kept, lost)."""
    require("panic" not in text, "a panic: " + text)
    require("broken seal" not in text, "a seal is broken: " + text)
    how = BANK.search(text)
    require(how, "it does not speak of the bank: " + text)
    return how


def outcome_of(how):
    """The campaign's word for a start that went right."""
    if how[1] in ("empty", "formatted"):
        return "cold"
    return "recovered" if "other was torn" in how[2] else "benign"


def told(text, bank, found, busy, broken=()):
    """What the clerk says is what the directory says.  Blocks of the system
    are not given to it, nor those of the names in busy and in broken."""
    rows = {row[0]: row for row in BLOCK.findall(text)}
    require(rows.keys() == found.keys(),
            f"listed are {sorted(rows)}, not {sorted(found)}: {text}")
    for name, block in found.items():
        _, at, pages, crc, error = rows[name]
        require((int(at, 16), int(pages)) ==
                (WINDOW + block.first * PAGE, block.count),
                f"{name} is at another address")
        if name.startswith(SYSTEM):
            require(error == "-4", f"{name} is given away")
            continue
        wanted = ("-17",) if name in broken else \
            ("0", "-6") if name in busy else ("0",)
        require(error in wanted,
                f"{name} does not attach: {error}")
        require(int(crc, 16) == zlib.crc32(block.bytes_of(bank)),
                f"{name} reads otherwise than it is")
    count, free = map(int, SUM.search(text).groups())
    taken = sum(block.count for block in found.values())
    require(count == len(found), "the kernel counts other blocks")
    require(free == BANK_SIZE // PAGE - FIRST_PAGE - taken,
            f"{free} pages are free, not all that nobody has")


class ClerkVerdict:
    """Judges what a start has made of a bank of the clerk's."""

    def __init__(self, history):
        self.history = history
        self.known = set() # names that were there once, and are no step's
        self.newest = 0    # the step that was there already

    def steps_allowed(self, image):
        """The steps that a bank may be after: those that are done, and the
        one that is begun."""
        begun, done = clerk.journal_read(image, self.history.journal)
        require(begun - done in (0, 1), "the journal itself is damaged")
        return sorted({done, begun})

    def step_found(self, image, found):
        """The step that the blocks are after."""
        fitting = [step for step in self.steps_allowed(image)
                   if clerk.blocks_right(found,
                                         self.history.states[step][0])]
        require(fitting, f"neither before nor after: {sorted(found)}")
        return fitting

    def contents(self, image, bank, found, step):
        """Every block has the bytes that it had when the machine stopped,
        and they are those that the clerk had stored."""
        done = self.steps_allowed(image)[0]
        for name, block in found.items():
            if name == "__SYS.supervisor":
                continue
            bytes_now = block.bytes_of(bank)
            require(bytes_now == block.bytes_of(image),
                    f"{name} has other contents than before")
            require(block.seal is None or block.seal_fits(bank),
                    f"{name} is not as it was sealed")
            made = self.history.states[step][0].get(name)
            if made:
                require(clerk.marks_right(bytes_now, made, made.step < done),
                        f"{name} has not the contents of its step")

    def drawers(self, image, found):
        """Of the map one state has changed at most, to what was asked."""
        if clerk.MAP not in found:
            return
        drawers, whole = clerk.drawers_of(image, found[clerk.MAP])
        require(whole, "a state of the map is neither used nor free")
        require(any(drawers == self.history.states[step][1]
                    for step in self.steps_allowed(image)),
                "the map is neither as before nor as after")

    def kept(self, image, found, how):
        """Nothing that is no step's goes again, and nothing is ever lost."""
        own = {name for name in clerk.OWN if name in found}
        lost = self.known - own - {"__SYS.supervisor"}
        require(not lost, f"lost: {lost}")
        if self.steps_allowed(image)[0] > 0:
            self.known |= {clerk.JOURNAL, clerk.MAP}
        require(how[4] == "0", f"reports {how[4]} lost")
        require(how[1] == "kept" or not self.known,
                f"the bank is {how[1]}: {how[2]}")

    def judge(self, image, bank, text, only=None):
        """The outcome of a start, and the steps it may be after; only: what
        an earlier start of the same bank found."""
        how = spoken(text)
        found = bank_read(bank)
        self.kept(image, found, how)
        steps = self.step_found(image, found)
        if only is not None:
            steps = [step for step in steps if step in only]
            require(steps, "the second start decides otherwise")
        require(steps[-1] >= self.newest, "a change that was there is gone")
        if only is None:
            self.newest = steps[0]
        self.contents(image, bank, found, steps[-1])
        self.drawers(image, found)
        told(text, bank, found, busy=())
        return outcome_of(how), steps


class GroupsVerdict:
    """Judges what a start has made of a bank with a registry in it."""

    def __init__(self, history):
        self.history = history
        self.point = 0
        self.known = set()

    def judge(self, image, bank, text, only=None):
        """The outcome of a start, and how many actors came back; only: what
        an earlier start of the same bank found."""
        how = spoken(text)
        found = bank_read(bank)
        require(how[4] == "0", f"reports {how[4]} lost")
        require(how[1] == "kept" or not self.known,
                f"the bank is {how[1]}: {how[2]}")
        require(self.known <= found.keys() <= self.history.NAMES,
                f"the blocks are {sorted(found)}, were {sorted(self.known)}")
        self.known = set(found) - {"__SYS.supervisor"}
        require("registry" not in text, "the registry is damaged: " + text)
        ready = READY.search(text)
        require(ready, "the supervisor is not ready: " + text)
        registered = int(ready[1])
        require(registered in (only or self.history.registered(self.point)),
                f"{registered} are registered")
        backs = text.count("back after a restart of the site")
        require(backs == registered, f"{backs} of {registered} came back")
        for name in self.known & set(self.history.NAMES):
            block = found[name]
            require(block.bytes_of(bank) == block.bytes_of(image),
                    f"{name} has other contents than before")
        told(text, bank, found, busy=self.history.NAMES)
        return outcome_of(how), {registered}
