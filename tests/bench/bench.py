#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Measures Reprise in QEMU, in instructions.

With -icount shift=0 the guest's clock counts instructions, one a nanosecond,
so that two runs agree to the last digit.  README.md says what the rows mean.
"""

import argparse
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True

# pylint: disable=wrong-import-position
import peer
from common import BUILD, CPU, FLAGS, ROOT, Failed, figures, single
from rows import ROWS

LIMIT = 300  # seconds of one boot, which no figure depends on

BOARD = {"x86_64": "pc", "aarch64": "virt"}
CMDLINE = "bench.counter=1 hrCtrl.maxBadness=250 hrCtrl.interval=1 pmm.rambankSize=4M"

def load(path):
    """A file of Python as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def machine(arch, folder, cmdline, memory):
    """QEMU's command line: that of make run, with the console in a file."""
    run = load(ROOT / "tools" / "run.py")
    words = run.command(run.arguments_of([
        "--board", BOARD[arch], "--build", str(BUILD / arch), "--archive",
        str(folder / "archive.cpio"), "--memory", memory, "--cpu", CPU[arch],
        "--cmdline", cmdline, f"--flags={FLAGS}"]))
    at = words.index("-serial")
    words[at + 1] = f"file:{folder}/console.log"
    if "-monitor" not in words:
        words += ["-monitor", "none"]
    return words


def boot(arch, name, modes, supervisor="packed/supervisor", group="",
         memory="256M", cmdline=""):
    """Boots an archive that runs the modes and switches off; the console's
    text."""
    build = BUILD / arch
    folder = build / "bench" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sysadm.ini").write_text(
        f"arun -t {group} bench {' '.join(modes)}\n")
    files = {"supervisor": build / supervisor,
             "init": build / "packed" / "init",
             "bench": build / "bench" / "bench.elf",
             "life": build / "bench" / "life.elf",
             "sysadm.ini": folder / "sysadm.ini"}
    subprocess.run([sys.executable, ROOT / "tools" / "mkarchive.py",
                    folder / "archive.cpio",
                    *[f"{file}={path}" for file, path in files.items()]],
                   check=True)
    words = machine(arch, folder, f"{CMDLINE} {cmdline}", memory)
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, check=False,
                              stderr=subprocess.PIPE, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        raise Failed(f"{arch}: {name}: nothing more comes; see "
                     f"{folder}/console.log") from None
    text = (folder / "console.log").read_text(errors="replace")
    bad = re.search(r"bench: FAILED.*|panic: (?!asked for).*", text)
    if done.returncode != 0 or bad:
        raise Failed(f"{arch}: {name}: {bad[0] if bad else done.stderr}; see "
                     f"{folder}/console.log")
    return text


def calibrate(arch, found):
    """The counter counts instructions, or no figure means anything."""
    empty, loop = found["empty"][0], found["loop"][0]
    if (empty["min"], empty["max"]) != (0, 0) or \
            {loop["min"], loop["max"]} != {loop["n"]}:
        raise Failed(f"{arch}: the counter does not count instructions: a "
                     f"loop of {loop['n']} takes {loop['min']} to "
                     f"{loop['max']}, nothing takes {empty['min']} to "
                     f"{empty['max']}")


CALLS = ["clock", "null", "yield", "switch", "tasks", "regions", "pmm"]


def cold(text):
    """Instructions from the kernel's entry to main() of the first actor."""
    opened, clocks, hz = map(int, re.search(
        r"counter: open at (\d+), (\d+) clocks of (\d+) Hz", text).groups())
    main = int(re.search(r"value main (\d+)", text)[1])
    # The time-stamp counter is the clock, and counts instructions; Arm's
    # clock has one tick for so many nanoseconds.
    ticks = 1 if hz > 900000000 else 1000000000 // hz
    count = clocks * ticks + main - opened
    return single(count)


def measure(arch, rounds):
    """All rows of one processor."""
    found = figures(boot(arch, "calls", CALLS))
    calibrate(arch, found)
    found |= figures(boot(arch, "restart", ["restart", rounds["restart"]]))
    found |= figures(boot(arch, "group", ["group", rounds["group"]]))
    probe = {"supervisor": "bench/probe.elf", "group": "-g 1"}
    text = boot(arch, "fault", ["boot", "restart", rounds["restart"]], **probe)
    found |= figures(text) | {"cold": [cold(text)]}
    found |= figures(boot(arch, "site", ["site", rounds["site"]], **probe))
    return {name: points[0] for name, points in found.items()}


def table(results):
    """The rows of all processors, as text."""
    lines = [f"{'':34}{'target':>9}" + "".join(
        f"{arch:>10}{'p99':>9}{'max':>9}" for arch in results)]
    for row in ROWS:
        cells = ""
        for figure in (result.get(row.name) for result in results.values()):
            cells += (f"{figure['median']:10}{figure['p99']:9}"
                      f"{figure['max']:9}" if figure else f"{'-':>10}{'':18}")
        lines.append(f"{row.title:34}{row.target or '':>9}{cells}")
        if row.others:
            lines.append(f"    {row.others}")
    return "\n".join(lines)


def command_run(arches):
    """Measures, prints the table, writes the files."""
    rounds = {"restart": "1000", "group": "1000", "site": "50"}
    results = {arch: measure(arch, rounds) for arch in arches}
    out = BUILD / "bench"
    out.mkdir(parents=True, exist_ok=True)
    for arch, result in results.items():
        (out / f"{arch}.json").write_text(json.dumps(result, indent=1) + "\n")
    print(table(results))


def command_linux(arches):
    """The same on Linux; writes build/bench/linux-ARCH.json."""
    out = BUILD / "bench"
    out.mkdir(parents=True, exist_ok=True)
    for arch in arches:
        result = peer.measure(arch)
        (out / f"linux-{arch}.json").write_text(
            json.dumps(result, indent=1) + "\n")
        print(json.dumps(result, indent=1))


COMMANDS = {"run": command_run, "linux": command_linux}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=list(COMMANDS))
    parser.add_argument("arch", nargs="+", choices=list(BOARD))
    options = parser.parse_args()
    try:
        COMMANDS[options.command](options.arch)
    except Failed as error:
        sys.exit(f"bench: {error}")


if __name__ == "__main__":
    main()
