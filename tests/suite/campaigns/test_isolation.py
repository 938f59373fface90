# SPDX-License-Identifier: BSD-2-Clause
"""An actor that tries every page, every call, every handle, every port or
system register, and gets nothing beyond its rights."""

import subprocess

import pytest

from campaign import Campaign
from machine import ARCH, ROOT

ISOLATION = Campaign("isolation", short=60)
CMDLINE = ("hrCtrl.maxBadness=250 hrCtrl.interval=1 console.quiet=1 "
           "test.check=1")
# Time is counted in instructions, and nobody waits for it: so the supervisor's
# patience with one who ends so often costs nothing.
FLAGS = ["-icount", "shift=8,sleep=off"]
SOURCES = f"main.c pages.c calls.c handles.c lives.c observer.c tries_{ARCH}.c"

# The kinds of tries that end a life, and which part of it the short form goes
# through besides the first.
KINDS = {"access": 0, "jump": 1 << 20}
KINDS |= {"port": 0, "msr": 0, "instruction": 0} if ARCH == "x86_64" else \
    {"system": 0, "instruction": 0}

# Encodings of AArch64's system registers that an actor may read or write, as
# op0 op1 CRn CRm op2.  What is for it: flags, rounding, its thread's pointer,
# the clock, the sizes of cache lines, and what it may count (nothing).
READABLE = {
    "3 3 0 0 1": "CTR_EL0", "3 3 0 0 7": "DCZID_EL0",
    "3 3 2 4 0": "RNDR", "3 3 2 4 1": "RNDRRS",
    "3 3 4 2 0": "NZCV", "3 3 4 2 5": "DIT", "3 3 4 2 6": "SSBS",
    "3 3 4 2 7": "TCO", "3 3 4 4 0": "FPCR", "3 3 4 4 1": "FPSR",
    "3 3 9 14 0": "PMUSERENR_EL0",
    "3 3 13 0 2": "TPIDR_EL0", "3 3 13 0 3": "TPIDRRO_EL0",
    "3 3 13 0 5": "TPIDR2_EL0", "3 3 13 0 7": "SCXTNUM_EL0",
    "3 3 14 0 0": "CNTFRQ_EL0", "3 3 14 0 2": "CNTVCT_EL0",
    "3 3 14 0 6": "CNTVCTSS_EL0", "2 3 0 1 0": "MDCCSR_EL0",
    "2 3 0 4 0": "DBGDTR_EL0", "2 3 0 5 0": "DBGDTRRX_EL0",
}
WRITABLE = {name for name in READABLE.values()
            if not name.startswith(("CNT", "CTR", "DCZID", "TPIDRRO", "RND",
                                    "MDC", "PMUSERENR"))}
# ... and of its instructions on caches, by an address of its own, and on what
# a processor has foreseen.
CACHES = {
    "1 3 7 3 4": "CFP RCTX", "1 3 7 3 5": "DVP RCTX", "1 3 7 3 7": "CPP RCTX",
    "1 3 7 4 1": "DC ZVA", "1 3 7 4 3": "DC GVA", "1 3 7 4 4": "DC GZVA",
    "1 3 7 5 1": "IC IVAU", "1 3 7 10 1": "DC CVAC", "1 3 7 11 1": "DC CVAU",
    "1 3 7 12 1": "DC CVAP", "1 3 7 13 1": "DC CVADP",
    "1 3 7 14 1": "DC CIVAC",
}


@pytest.fixture(name="program", scope="module")
def built_program(build, tmp_path_factory):
    folder = tmp_path_factory.mktemp("isolation")
    rules = build.resolve() / "sdk/share/reprise/actor.mk"
    sources = [f"{ROOT}/tests/fuzz/isolation/{name}"
               for name in SOURCES.split()]
    subprocess.run(
        ["make", "-f", rules, "ACTOR=isolation", f"CPPFLAGS=-I{ROOT}",
         f"SRCS={' '.join(sources)}"],
        cwd=folder, check=True, timeout=60, stdout=subprocess.DEVNULL)
    return folder / "isolation.elf"


@pytest.fixture(name="machine")
def booted(machines, program):
    return machines(extra={"isolation": program}, cmdline=CMDLINE,
                    flags=FLAGS).boot()


def asked(machine, line, answer, limit=60):
    """What a run of the program says; its answer is one line."""
    machine.type(f"arun {line}")
    machine.expect(rf"isolation: {answer}\s|FAILED[^\r\n]*[\r\n]", limit)
    assert "FAILED" not in machine.console.match[0], machine.error(line)
    return machine.console.match


def tried(machine, kind, first, count):
    """What a series of lives has survived, by number; an observer looks on
    meanwhile."""
    asked(machine, "-t isolation observe", "observed")
    found = asked(machine, f"-g 7 isolation {kind} {first} {count}",
                  rf"{kind}: (\d+) ended, (\d+) skipped, (\d+) odd, of (\d+), "
                  r"(\d+) survived:([ \d]*) end", 120 + count // 50)
    ended, skipped, odd, total, survived = map(int, found.groups()[:5])
    assert ended + skipped + survived == min(count, total) and odd == 0, \
        machine.error(f"{kind}: some ended otherwise than they should")
    machine.expect(r"isolation: \d+ looks, nothing has changed\s|FAILED[^\r\n]"
                   r"*[\r\n]")
    assert "FAILED" not in machine.console.match[0], machine.error(kind)
    ISOLATION.note("recovered", ended)
    ISOLATION.note("benign", survived + skipped)
    ISOLATION.figures[kind] = \
        ISOLATION.figures.get(kind, 0) + ended + survived
    numbers = [int(word) for word in found[6].split()]
    assert len(numbers) == survived, machine.error("too many survived")
    return numbers


# Without a register: CFINV, XAFLAG, AXFLAG; SSBS, DIT, TCO; hints and barriers
# are all those whose op1 is 3.
FLAG_SETS = {(0, 0), (0, 1), (0, 2), (3, 1), (3, 2), (3, 4)}


def allowed(number):
    """Whether every program may do that; a number of the kind `system`."""
    without = number >= 1 << 17
    number -= (1 << 17) * without
    read, op0, op1 = number >> 16 & 1, number >> 14 & 3, number >> 11 & 7
    crn, crm, op2 = number >> 7 & 15, number >> 3 & 15, number & 7
    fields = f"{op0} {op1} {crn} {crm} {op2}"
    if op0 == 0:
        return without and not read and (
            op1 == 3 if crn in (2, 3) else crn == 4 and (op1, op2) in FLAG_SETS)
    if op0 == 1:
        return not read and fields in CACHES
    name = READABLE.get(fields)
    return name is not None and (bool(read) or name in WRITABLE)


@pytest.mark.timeout(300 + ISOLATION.rounds)
def test_pages(machine):
    """By the calls that look before they touch."""
    found = asked(machine, f"isolation pages {1 if ISOLATION.long else 61}",
                  r"(\d+) pages, each as it should be", 250)
    ISOLATION.figures["pages"] = int(found[1])


def test_calls(machine):
    asked(machine, "isolation calls", r"\d+ calls of others, \d+ of nobody "
          "refused")


@pytest.mark.timeout(900)
def test_handles(machine):
    """Those of others, which a trusted actor has given it, and of many that
    are no more, or never were."""
    machine.type("arun -g 3 counter")
    machine.expect("counter: fresh start")
    asked(machine, "-t isolation give", r"\d+ handles given, \d+ of them alive")
    machine.gone("isolation")
    found = asked(machine, f"isolation handles {256 if ISOLATION.long else 4}",
                  r"(\d+) calls with capabilities, (\d+) with numbers, \d+ "
                  "blocks: as they should be", 800)
    ISOLATION.figures["handles"] = int(found[1]) + int(found[2])
    assert machine.command("aps").count("counter") == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.timeout(600 + ISOLATION.rounds // 40)
def test_kind(machine, kind):
    """In earnest, a life each.  Only what every program may do lets it live,
    and each end is told by its cause and its address."""
    survivors = tried(machine, kind, 0, ISOLATION.rounds)
    if KINDS[kind] and not ISOLATION.long:
        survivors += tried(machine, kind, KINDS[kind], ISOLATION.rounds)
    wrong = [number for number in survivors
             if kind != "system" or not allowed(number)]
    assert not wrong, f"{kind}: may be done: {wrong}"


def test_sum(output, arch):
    ISOLATION.write(output, arch)
    assert ISOLATION.nothing_lost()
