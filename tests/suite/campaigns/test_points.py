# SPDX-License-Identifier: BSD-2-Clause
"""The real kernel is stopped at each store that it, or an actor, makes into
the bank; what is in RAM then is put under a machine that starts.  Whatever it
finds has to be what was there before the change, or after it."""

from collections import Counter

import pytest

from bank_image import Damaged
from campaign import Campaign
from history import Clerk, Groups
from stepper import Hang, Judge, Symbols, replay
from verdict import ClerkVerdict, GroupsVerdict, Wrong

POINTS = Campaign("points", short=160)
STEPS = 400 if POINTS.long else 60
DEPTH = 3               # crashes in a row, of which the later are in recovery
RESET_EVERY = 100       # points are tried through a reset of the machine
MARGIN = 120            # seconds for all but the points


class Run:
    """Goes through the points of one history."""

    def __init__(self, judge, verdict, folder):
        self.judge, self.verdict, self.folder = judge, verdict, folder
        self.depths = [0] * DEPTH
        self.resets = 0
        self.failures = []

    def points(self, history, count):
        """Stops at so many of its stores, in their order."""
        chosen = history.points(POINTS.chance, count)
        for point, image in history.images(chosen):
            self.verdict.point = point
            self.point(str(point), image)
        return chosen

    def point(self, label, image, depth=0, only=None):
        """One crash; then the start that came after it is cut as well."""
        reset = POINTS.chance.randrange(RESET_EVERY) == 0
        try:
            bank, text = self.judge.boot(image, reset)
            stores = self.judge.stores()
            outcome, steps = self.verdict.judge(image, bank, text, only)
        except (Wrong, Damaged) as error:
            outcome = "corrupt"
            self.fail(label, image, error)
        except Hang as error:
            outcome = "hang"
            self.fail(label, image, error)
        POINTS.note(outcome)
        self.resets += reset
        self.depths[depth] += 1
        if outcome in ("corrupt", "hang") or depth + 1 == DEPTH or \
                POINTS.chance.randrange(4) > 0:
            return
        assert replay(image, stores) == bank, "a store was not written down"
        cut = POINTS.chance.randrange(1, len(stores) + 1)
        self.point(f"{label}+{cut}", bytes(replay(image, stores[:cut])),
                   depth + 1, steps)

    def fail(self, label, image, error):
        """Keeps the bank of a failure, to be looked at."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"points-{label}.bank").write_bytes(image)
        self.failures.append(f"{label}: {error}")


class Sum:
    """What came of all runs."""

    def __init__(self, build):
        self.symbols = Symbols(build / "kernel.elf")
        self.depths = [0] * DEPTH
        self.places = Counter()
        self.resets = 0
        self.failures = []

    def add(self, run, history, chosen):
        """One more run; which functions were stopped in it."""
        self.places.update(self.symbols.name(history.stores[point - 1][3])
                           for point in chosen)
        self.depths = [a + b for a, b in zip(self.depths, run.depths)]
        self.resets += run.resets
        self.failures += run.failures

    def rest(self):
        """How many points are missing: each may bring some more."""
        return 0 if self.failures else POINTS.rounds - sum(self.depths)


@pytest.mark.timeout(MARGIN + POINTS.rounds)
def test_stop_at_stores(machines, plugin, build, output, arch):
    """At random stores of runs of the clerk, and of groups that come and
    go."""
    judge = Judge(machines, plugin, build).start()
    folder = output / "campaigns" / arch
    total = Sum(build)
    groups = Groups(machines, plugin, 3 if POINTS.long else 1)
    run = Run(judge, GroupsVerdict(groups), folder)
    total.add(run, groups, run.points(groups, POINTS.rounds // 6))
    while total.rest() > 0:
        history = Clerk(machines, plugin, STEPS,
                        POINTS.chance.randrange(1 << 31))
        run = Run(judge, ClerkVerdict(history), folder)
        total.add(run, history, run.points(history, total.rest() * 3 // 4))
    judge.close()
    POINTS.figures = {"depths": total.depths, "resets": total.resets,
                      "places": dict(total.places)}
    POINTS.write(output, arch)
    assert not total.failures, "\n".join(total.failures[:10])
    assert POINTS.nothing_lost()
