# SPDX-License-Identifier: BSD-2-Clause
"""The regression gate: what has grown since the committed baseline."""

import json
from pathlib import Path

HERE = Path(__file__).resolve().parent

ALLOWED = 3.0  # percent

# A timer's interrupt falls into one round of a thousand or into none, and any
# change of the code moves it.  So a maximum may have one more of them.
INTERRUPT = 2000


def path(arch):
    """Where the baseline of a processor is kept."""
    return HERE / f"baseline-{arch}.json"


def read(arch):
    """The baseline, {} if there is none yet."""
    return json.loads(path(arch).read_text()) if path(arch).exists() else {}


def write(arch, rows, sizes):
    """Makes these the baseline."""
    kept = {"rows": rows, "sizes": sizes}
    path(arch).write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")


def growth(was, now):
    """Percent by which a figure has grown."""
    if was == 0:
        return 0.0 if now <= 0 else float("inf")
    return (now - was) * 100.0 / was


def compare(was, now):
    """Pairs (complaints, praise) for the rows of one processor: each is a
    line with the row's name, both figures and the percentage."""
    complaints, praise = [], []
    for name, old in was.items():
        new = now.get(name)
        if new is None:
            complaints.append(f"{name}: is not measured any more")
            continue
        # The ends of few rounds are not those of many.
        kinds = ["min", "median"]
        if old["rounds"] == new["rounds"]:
            kinds += ["p99", "max"]
        for kind in kinds:
            line = (f"{name}: {kind} {old[kind]} -> {new[kind]} "
                    f"({growth(old[kind], new[kind]):+.1f} %)")
            spare = INTERRUPT if kind == "max" else 0
            if growth(old[kind], new[kind] - spare) > ALLOWED:
                complaints.append(line)
            elif growth(old[kind], new[kind]) < -ALLOWED and \
                    kind == "median":
                praise.append(line)
    for name in now.keys() - was.keys():
        complaints.append(f"{name}: is not in the baseline "
                          "(make bench-baseline)")
    return complaints, praise


def compare_sizes(was, now):
    """The same for bytes that a total has."""
    complaints = []
    for name in ("text", "data", "bss"):
        if growth(was.get(name, 0), now[name]) > ALLOWED:
            complaints.append(
                f"kernel {name}: {was.get(name, 0)} -> {now[name]} bytes "
                f"({growth(was.get(name, 0), now[name]):+.1f} %)")
    return complaints
