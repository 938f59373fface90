#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Measures Reprise in QEMU, in instructions.

With -icount shift=0 the guest's clock counts instructions, one a nanosecond,
so that two runs agree to the last digit.  README.md says what the rows mean.
"""

import argparse
import json
import subprocess
import sys

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import gate
import measure
import peer
import scale
import sizes
from common import BUILD, CPU, ROOT, Failed
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


def linux_line(name, results):
    """What Linux took in the same machines, if it was measured, and how many
    times that is."""
    cells = []
    for arch, result in results.items():
        peer_row = kept(f"linux-{arch}").get(name)
        if isinstance(peer_row, dict) and result.get(name, {}).get("median"):
            times = peer_row["median"] / result[name]["median"]
            cells.append(f"{arch} {peer_row['median']} ({times:.1f} times)")
    return [f"    Linux here: {', '.join(cells)}"] if cells else []


def table(results):
    """The rows of all processors, as text."""
    lines = [f"{'instructions':36}{'target':>13}" + "".join(
        f"{arch:>11}{'p99':>10}{'max':>10}" for arch in results)]
    for row in ROWS:
        cells = ""
        for figure in (result.get(row.name) for result in results.values()):
            cells += (f"{figure['median']:11}{figure['p99']:10}"
                      f"{figure['max']:10}" if figure else f"{'-':>11}{'':20}")
        target = "/".join(dict.fromkeys(
            str(row.target_of(arch, result) or "")
            for arch, result in results.items()))
        lines.append(f"{row.title:36}{target:>13}{cells}")
        if row.others and row.others != "as above":
            lines.append(f"    {row.others}")
        lines += linux_line(row.name, results)
    return "\n".join(lines)


def all_sizes(arch):
    """Bytes of the kernel, and RAM that objects take besides."""
    text = measure.boot(arch, "room", ["room"])
    return sizes.sizes(arch) | {"ram": measure.values(text, "ram_")}


def command_report(_):
    """Writes the report from all that has been measured until now."""
    import report  # pylint: disable=import-outside-toplevel
    arches = [arch for arch in CPU if kept(arch)]
    report.write(OUT, {
        "version": subprocess.run(
            ["git", "describe", "--always", "--dirty"], cwd=ROOT, text=True,
            capture_output=True, check=False).stdout.strip(),
        "rows": {arch: kept(arch) for arch in arches},
        "linux": {arch: kept(f"linux-{arch}") for arch in arches},
        "curves": {arch: kept(f"scale-{arch}") for arch in arches
                   if kept(f"scale-{arch}")},
        "sizes": {arch: kept(f"sizes-{arch}") or all_sizes(arch)
                  for arch in arches},
        "moved": {arch: sizes.moved(arch) for arch in arches},
    })
    print(f"bench: {OUT}/report.html")


def command_run(arches):
    """Measures all rows, prints the table."""
    results = {arch: measure.measure(arch, measure.LONG) for arch in arches}
    for arch, result in results.items():
        keep(arch, result)
        keep(f"sizes-{arch}", all_sizes(arch))
    print("As shipped, asserts on; medians, p99, maxima of what is in "
          "tests/bench/README.md")
    print(table(results))
    command_report(arches)


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
    command_report(arches)


def command_linux(arches):
    """The same work on Linux."""
    for arch in arches:
        keep(f"linux-{arch}", peer.measure(arch))
    command_report(arches)


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
        now = all_sizes(arch)
        print(sizes.tell(arch, now, was))
        print("RAM for one more, its pages and page tables + its descriptor:",
              ", ".join(f"{name} {size} + {sizes.descriptor(name, now)}"
                        for name, size in now["ram"].items()))


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
