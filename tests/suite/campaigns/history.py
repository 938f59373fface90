# SPDX-License-Identifier: BSD-2-Clause
"""Runs of the system of which every store to the bank is known."""

import clerk
import lines
from bank_image import FIRST_PAGE, PAGE, bank_read
from stepper import BANK_SIZE, Stepper, replay


class Record:
    """All stores of one run, from the first start on."""

    def __init__(self, machines, plugin):
        self.stepper = Stepper(machines, plugin).start()
        self.machine = self.stepper.machine
        self.machine.prompt()
        self.begun = self.stepper.count()
        self.stores = self.last = None

    def end(self):
        """The run is over: the stores are those that made the bank."""
        self.machine.qmp().ask("stop")
        self.stores, self.last = self.stepper.stores(), self.stepper.bank()
        self.stepper.close()
        self.machine.process.kill()
        assert replay(bytes(BANK_SIZE), self.stores) == self.last, \
            "the record of the stores is not complete"

    def changing(self):
        """The stores that change something, and where: (number, offset)."""
        bank = bytearray(BANK_SIZE)
        for number, (offset, size, value, _) in enumerate(self.stores):
            data = value.to_bytes(8, "little")[:size]
            if bank[offset:offset + size] != data:
                bank[offset:offset + size] = data
                yield number + 1, offset

    def chosen(self, chance, count, kind_of, shares):
        """So many stores after which the machine is to stop, of each kind its
        share."""
        kinds = [[] for _ in shares]
        for number, offset in self.changing():
            kinds[kind_of(number, offset)].append(number)
        return sorted(
            number for kind, share in zip(kinds, shares) for number in
            chance.sample(kind, min(len(kind), int(count * share) + 1)))

    def images(self, points):
        """Each point with its bank."""
        bank, done = bytearray(BANK_SIZE), 0
        for point in points:
            for offset, size, value, _ in self.stores[done:point]:
                bank[offset:offset + size] = \
                    value.to_bytes(8, "little")[:size]
            done = point
            yield point, bytes(bank)


class Clerk(Record):
    """The clerk changes blocks, and a persistent memory map."""

    def __init__(self, machines, plugin, steps, seed):
        super().__init__(machines, plugin)
        self.machine.type(f"arun -t clerk {steps} {seed}")
        self.machine.expect(f"clerk: {steps} steps made")
        self.end()
        self.blocks = bank_read(self.last)
        self.journal = self.blocks[clerk.JOURNAL]
        self.steps = clerk.steps_read(self.last, self.journal)
        assert len(self.steps) == steps
        self.states = clerk.states_of(self.steps)

    def points(self, chance, count):
        """Most stores are those to the directory, some make the bank, some
        are to blocks."""
        def kind_of(number, offset):
            if offset >= FIRST_PAGE * PAGE:
                return 2
            return 1 if number < self.begun else 0
        return self.chosen(chance, count, kind_of, (0.75, 0.1, 0.15))


class Groups(Record):
    """Restart groups come and go: the supervisor keeps its registry."""

    COMMANDS = (
        ("arun -g 1 blocks hold one", "blocks: holds one", 1),
        ("arun -g 2 blocks hold two", "blocks: holds two", 2),
        ("restart -g 1", lines.restarted("blocks"), 2),
        ("arun -g 3 blocks hold three", "blocks: holds three", 3),
        ("akill -g 2", lines.group_ended(2), 2),
        ("restart -g 3", lines.restarted("blocks"), 2),
        ("akill -g 1", lines.group_ended(1), 1),
        ("akill -g 3", lines.group_ended(3), 0),
    )
    NAMES = {"__SYS.supervisor", "one", "two", "three"}

    def __init__(self, machines, plugin, repeats):
        super().__init__(machines, plugin)
        self.marks = [(0, 0)] # (stores, how many are registered)
        for _ in range(repeats):
            for command, line, registered in self.COMMANDS:
                self.marks.append((self.stepper.count(), registered))
                self.machine.type(command)
                self.machine.expect(line)
        self.end()

    def registered(self, point):
        """How many may be registered at that store.  A command's line may
        come before the last of its stores: so the one before counts, too."""
        last = max(i for i, mark in enumerate(self.marks) if mark[0] <= point)
        return {count for _, count in self.marks[max(last - 2, 0):last + 1]}

    def points(self, chance, count):
        """Most stores are the supervisor's own."""
        def kind_of(number, offset):
            if number < self.begun:
                return 2
            return 0 if offset >= FIRST_PAGE * PAGE else 1
        return self.chosen(chance, count, kind_of, (0.8, 0.15, 0.05))
