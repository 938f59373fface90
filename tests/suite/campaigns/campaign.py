# SPDX-License-Identifier: BSD-2-Clause
"""What all campaigns share: how long, from which seed, and what came of it.

A round of a campaign ends in one of six ways.  The first four are what the
system is for; the last two are what it must never do."""

import json
import os
import random
import subprocess
from collections import Counter
from pathlib import Path

OUTCOMES = (
    "benign",      # nothing was to be seen of it
    "recovered",   # something died, and everything is back
    "degraded",    # something is lost, and is reported by its name
    "cold",        # the bank was given up, and the boot says why
    "corrupt",     # bytes are wrong, and nobody said so
    "hang",        # nothing more comes
)
NEVER = ("corrupt", "hang")


class Campaign:
    """Counts the rounds of one campaign.  `short` is how many `make test`
    has, always from the same seed; `make campaign T=name N=... SEED=...` has
    as many as it is told, from a new seed where none is given."""

    def __init__(self, name, short):
        asked = os.environ.get("CAMPAIGN")
        seed = os.environ.get("SEED")
        self.name = name
        self.long = bool(asked)
        self.rounds = int(asked) if asked else short
        self.seed = int(seed) if seed else \
            random.randrange(1 << 31) if self.long else 20
        self.chance = random.Random(self.seed)
        self.outcomes = Counter()
        self.figures = {}

    def note(self, outcome, count=1):
        """One more round ended so."""
        assert outcome in OUTCOMES, outcome
        self.outcomes[outcome] += count

    def write(self, output, arch):
        """Prints the sum, and leaves it in build/campaigns/ for the table of
        docs/campaigns.md."""
        commit = subprocess.run(
            ["git", "describe", "--always", "--dirty"], text=True,
            cwd=Path(__file__).parent, capture_output=True,
            check=False).stdout.strip()
        sums = {way: self.outcomes[way] for way in OUTCOMES
                if self.outcomes[way]}
        record = {"campaign": self.name, "arch": arch, "commit": commit,
                  "seed": self.seed, "rounds": sum(sums.values()),
                  "outcomes": sums, **self.figures}
        print("campaign " + json.dumps(record))
        folder = output / "campaigns"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}-{arch}.json").write_text(
            json.dumps(record, indent=1) + "\n")

    def nothing_lost(self):
        """True if no round ended as none ever may."""
        return not any(self.outcomes[way] for way in NEVER)
