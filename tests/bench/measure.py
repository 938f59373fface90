# SPDX-License-Identifier: BSD-2-Clause
"""Boots Reprise with programs that measure, and collects the rows."""

import importlib.util
import re
import subprocess
import sys

from common import BUILD, CPU, FLAGS, ROOT, Failed, figures, single

LIMIT = 900  # seconds of one boot, which no figure depends on

BOARD = {"x86_64": "pc", "aarch64": "virt"}
CMDLINE = "bench.counter=1 pmm.rambankSize=4M"
# Groups that crash on purpose, again and again, are not to wait for it; or no
# restart is allowed in advance, so that the supervisor is asked each time.
PATIENT = "hrCtrl.maxBadness=250 hrCtrl.interval=1"
ASKED = "hrCtrl.maxBadness=0"

# With a probe in the supervisor (probe.c).  The program that begins is
# restartable, too: else a restart of the site would begin it again.
PROBE = {"supervisor": "bench/probe.elf", "group": "-g 1"}

CALLS = ["clock", "null", "yield", "switch", "tasks", "regions", "pmm"]

# Rounds of what takes long; all else has 1,000.
LONG = {"restart": 1000, "group": 1000, "site": 50}
SHORT = {"restart": 100, "group": 20, "site": 5}


def load(path):
    """A file of Python as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def machine(arch, folder, options):
    """QEMU's command line: that of make run, with the console in a file."""
    run = load(ROOT / "tools" / "run.py")
    words = run.command(run.arguments_of([
        "--board", BOARD[arch], "--build", str(BUILD / arch), "--archive",
        str(folder / "archive.cpio"), "--memory",
        options.get("memory", "256M"), "--cpu", CPU[arch], "--cmdline",
        f"{CMDLINE} {options.get('policy', PATIENT)} "
        f"{options.get('cmdline', '')}", f"--flags={FLAGS}"]))
    at = words.index("-serial")
    words[at + 1] = f"file:{folder}/console.log"
    if "-monitor" not in words:
        words += ["-monitor", "none"]
    return words + options.get("flags", [])


def boot(arch, name, modes, **options):
    """Boots an archive that runs the modes and switches off; the console's
    text.  Options: supervisor and life (their files), group, memory, cmdline,
    policy, flags."""
    build = BUILD / arch
    folder = build / "bench" / name
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "console.log"
    (folder / "sysadm.ini").write_text(
        f"arun -t {options.get('group', '')} bench {' '.join(modes)}\n")
    files = {"supervisor":
             build / options.get("supervisor", "packed/supervisor"),
             "init": build / "packed" / "init",
             "bench": build / "bench" / "bench.elf",
             "idle": build / "bench" / "idle.elf",
             "life": build / "bench" / options.get("life", "life.elf"),
             "sysadm.ini": folder / "sysadm.ini"}
    subprocess.run([sys.executable, ROOT / "tools" / "mkarchive.py",
                    folder / "archive.cpio",
                    *[f"{file}={path}" for file, path in files.items()]],
                   check=True)
    log.unlink(missing_ok=True)
    try:
        done = subprocess.run(
            machine(arch, folder, options), stdin=subprocess.DEVNULL,
            check=False, stderr=subprocess.PIPE, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        raise Failed(f"{arch}: {name}: nothing more comes; see {log}") \
            from None
    text = log.read_text(errors="replace") if log.exists() else ""
    bad = re.search(r"bench: FAILED.*|panic: (?!asked for).*", text)
    if done.returncode != 0 or bad:
        raise Failed(f"{arch}: {name}: {bad[0] if bad else done.stderr}; see "
                     f"{log}")
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


def cold(text):
    """Instructions from the kernel's entry to main() of the first actor."""
    opened, clocks, hz = map(int, re.search(
        r"counter: open at (\d+), (\d+) clocks of (\d+) Hz", text).groups())
    main = int(re.search(r"value main (\d+)", text)[1])
    # The time-stamp counter is the clock, and counts instructions; Arm's
    # clock has one tick for so many nanoseconds.
    ticks = 1 if hz > 900000000 else 1000000000 // hz
    return single(clocks * ticks + main - opened)


def values(text, prefix):
    """Numbers that the programs told: {name without prefix: number}."""
    return {name: int(number) for name, number in
            re.findall(rf"value {prefix}(\S+) (\d+)", text)}


def measure(arch, rounds):
    """All rows of one processor, {name: figure}."""
    found = figures(boot(arch, "calls", CALLS))
    calibrate(arch, found)
    found |= figures(boot(arch, "restart",
                          ["restart", str(rounds["restart"]),
                           "group", str(rounds["group"])]))
    text = boot(arch, "fault", ["boot", "judged", str(rounds["restart"])],
                policy=ASKED, **PROBE)
    found |= figures(text) | {"cold": [cold(text)]}
    found |= figures(boot(arch, "site", ["site", str(rounds["site"])],
                          **PROBE))
    return {name: points[0] for name, points in found.items()}
