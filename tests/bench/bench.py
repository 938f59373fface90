#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Measures Reprise in QEMU, in instructions.

With -icount shift=0 the guest's clock counts instructions, one a nanosecond,
so that two runs agree to the last digit.  README.md says what the rows mean.
"""

import argparse
import json
import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import gate
import measure
import peer
import scale
import sizes
from common import BUILD, CPU, Failed
from rows import ROWS

OUT = BUILD / "bench"


def keep(name, value):
    """Writes what was measured to build/bench/."""
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(value, indent=1) + "\n")


def kept(name):
    """What was measured before; {} if it was not."""
    path = OUT / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else {}


def table(results):
    """The rows of all processors, as text."""
    lines = [f"{'instructions':38}{'target':>9}" + "".join(
        f"{arch:>11}{'p99':>10}{'max':>10}" for arch in results)]
    for row in ROWS:
        cells = ""
        for figure in (result.get(row.name) for result in results.values()):
            cells += (f"{figure['median']:11}{figure['p99']:10}"
                      f"{figure['max']:10}" if figure else f"{'-':>11}{'':20}")
        lines.append(f"{row.title:38}{row.target or '':>9}{cells}")
        if row.others:
            lines.append(f"    {row.others}")
    return "\n".join(lines)


def command_run(arches):
    """Measures all rows, prints the table."""
    results = {arch: measure.measure(arch, measure.LONG) for arch in arches}
    for arch, result in results.items():
        keep(arch, result)
    print(table(results))


def command_scale(arches):
    """Measures the curves, and says which have a shape that they must not."""
    for arch in arches:
        curves = scale.measure(arch)
        keep(f"scale-{arch}", curves)
        for name, (kind, good) in scale.verdicts(curves).items():
            title, what, _ = scale.CURVES[name]
            ends = [curves[name][0], curves[name][-1]]
            print(f"{arch}: {'' if good else 'WRONG SHAPE: '}{title} against "
                  f"{what}: {kind}; " + ", ".join(
                      f"{end['n']}: {end['min']}" for end in ends))


def command_linux(arches):
    """The same work on Linux."""
    for arch in arches:
        keep(f"linux-{arch}", peer.measure(arch))


def command_check(arches):
    """Measures a little shorter, and compares with the baseline."""
    bad = False
    for arch in arches:
        baseline = gate.read(arch)
        if not baseline:
            raise Failed(f"{arch}: there is no baseline: make bench-baseline")
        rows = measure.measure(arch, measure.SHORT)
        complaints, praise = gate.compare(baseline["rows"], rows)
        complaints += gate.compare_sizes(baseline["sizes"],
                                         sizes.sizes(arch))
        for line in complaints:
            print(f"{arch}: TOO MUCH: {line}")
        for line in praise:
            print(f"{arch}: less: {line}")
        bad = bad or complaints
    if bad:
        raise Failed(f"more than {gate.ALLOWED} % above the baseline; if it "
                     "is meant to be: make bench-baseline")
    print("bench: nothing costs more than before")


def command_baseline(arches):
    """Measures, and makes it the baseline."""
    for arch in arches:
        rows = measure.measure(arch, measure.LONG)
        keep(arch, rows)
        gate.write(arch, rows, sizes.sizes(arch))


def command_size(arches):
    """Bytes of the kernel, and what has changed."""
    for arch in arches:
        was = gate.read(arch).get("sizes", {})
        print(sizes.tell(arch, sizes.sizes(arch), was))
        text = measure.boot(arch, "room", ["room"])
        print("RAM for one more, with page tables:", ", ".join(
            f"{name} {size}" for name, size in
            measure.values(text, "ram_").items()))


COMMANDS = {name.removeprefix("command_"): function
            for name, function in list(globals().items())
            if name.startswith("command_")}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=list(COMMANDS))
    parser.add_argument("arch", nargs="+", choices=list(CPU))
    options = parser.parse_args()
    try:
        COMMANDS[options.command](options.arch)
    except Failed as error:
        sys.exit(f"bench: {error}")


if __name__ == "__main__":
    main()
