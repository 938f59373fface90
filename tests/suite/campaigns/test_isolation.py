# SPDX-License-Identifier: BSD-2-Clause
"""An actor that tries every page, every call, every cap, every port or system
register, and gets nothing beyond its rights."""

import re
import subprocess

import pytest

from campaign import Campaign
from machine import ARCH, ROOT

ISOLATION = Campaign("isolation", short=60)
PATIENT = "hrCtrl.maxBadness=250 hrCtrl.interval=1"
ACCESSES = 43 * 3

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


@pytest.fixture(name="program", scope="module")
def built_program(build, tmp_path_factory):
    folder = tmp_path_factory.mktemp("isolation")
    rules = build.resolve() / "sdk/share/reprise/actor.mk"
    subprocess.run(
        ["make", "-f", rules, "ACTOR=isolation", f"CPPFLAGS=-I{ROOT}",
         f"SRCS={ROOT}/tests/fuzz/isolation.c"],
        cwd=folder, check=True, timeout=60, stdout=subprocess.DEVNULL)
    return folder / "isolation.elf"


@pytest.fixture(name="machine")
def booted(machines, program):
    return machines(extra={"isolation": program}, cmdline=PATIENT).boot()


def tried(machine, kind, first, count):
    """What a series of lives has survived, by number."""
    machine.type(f"arun -g 7 isolation {kind} {first} {count}")
    machine.expect(rf"isolation: {count} tried in (\d+) lives, "
                   r"survived:([ \d]*) end|isolation: FAILED[^\r\n]*",
                   60 + count)
    assert "FAILED" not in machine.console.match[0]
    ISOLATION.note("recovered", count)
    return [int(word) for word in machine.console.match[2].split()]


def encoding(index):
    """An index as op0 op1 CRn CRm op2, and whether it was written."""
    index = index * 40503 % 65536
    fields = index // 2
    return (f"{2 + (fields >> 14)} {fields >> 11 & 7} {fields >> 7 & 15} "
            f"{fields >> 3 & 15} {fields & 7}"), index % 2 == 1


@pytest.mark.timeout(300 + ISOLATION.rounds)
def test_pages(machine):
    """By the calls that look before they touch: a page is the actor's own,
    with the rights of its region, or it is refused."""
    machine.type(f"arun isolation pages {1 if ISOLATION.long else 61}")
    machine.expect(r"isolation: (\d+) pages, each as it should be|FAILED.*",
                   250)
    assert "FAILED" not in machine.console.match[0], machine.error("pages")


def test_calls_and_caps(machine):
    machine.type("arun isolation calls")
    machine.expect(r"isolation: \d+ calls and \d+ caps refused|FAILED.*", 60)
    assert "FAILED" not in machine.console.match[0], machine.error("calls")


@pytest.mark.timeout(300 + ISOLATION.rounds)
def test_accesses(machine):
    """In earnest.  The stack's edge and the bank's window are not mapped, the
    kernel's half is not for it; only an own page would let it live."""
    count = ACCESSES if ISOLATION.long else 45
    first = 0 if ISOLATION.long else 60
    assert tried(machine, "access", first, count) == []


@pytest.mark.skipif(ARCH != "x86_64", reason="only PCs have ports")
@pytest.mark.timeout(300 + ISOLATION.rounds * 2)
def test_ports(machine):
    assert tried(machine, "port", 0, min(ISOLATION.rounds, 131072)) == []


@pytest.mark.skipif(ARCH != "aarch64", reason="PCs have no such registers")
@pytest.mark.timeout(300 + ISOLATION.rounds * 2)
def test_registers(machine):
    """What it survives is what every program may have."""
    for index in tried(machine, "register", 0, min(ISOLATION.rounds, 65536)):
        name, written = encoding(index)
        assert name in READABLE, f"{name} can be accessed"
        assert not written or READABLE[name] in WRITABLE, f"{name} written"


def test_sum(output, arch):
    ISOLATION.write(output, arch)
    assert ISOLATION.nothing_lost()
