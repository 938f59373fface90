# SPDX-License-Identifier: BSD-2-Clause
"""What measuring Reprise and measuring its peer share: the machines, how they
count, and how the programs tell a row."""

import os
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("O", ROOT / "build")).resolve()

# The same machines for everybody who is compared.
CPU = {"x86_64": "max,-erms,-fsrm", "aarch64": "cortex-a53"}
FLAGS = ("-icount shift=0,sleep=off -seed 1 "
         "-rtc base=2020-01-01T00:00:00,clock=vm")

ROW = re.compile(r"\brow (\S+) n=(\d+) rounds=(\d+) min=(\d+) median=(\d+) "
                 r"p99=(\d+) max=(\d+)\r?\n")
KEYS = ("min", "median", "p99", "max")


class Failed(Exception):
    """What went wrong, in words."""


def figures(text):
    """The rows that the programs told: {name: [{...}, ...]}, a row with a
    curve has several."""
    found = {}
    for name, n, rounds, *numbers in ROW.findall(text):
        figure = {"n": int(n), "rounds": int(rounds)}
        figure |= zip(KEYS, map(int, numbers))
        found.setdefault(name, []).append(figure)
    return found


def single(count):
    """A row with one round."""
    return {"n": 0, "rounds": 1} | {key: count for key in KEYS}
