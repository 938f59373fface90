# SPDX-License-Identifier: BSD-2-Clause
"""System calls at random in an actor: another thread writes over their
arguments, and of memory, blocks and descriptors there is little left."""

import os
import re
import subprocess

import pytest

import lines
from campaign import Campaign
from machine import ROOT
from mutate import address_of

SOURCES = "guest.c witness.c grammar.c"
SHORT = 20000
# Little of everything, so that it comes to an end; nothing is kept back for
# trusted actors, so that what is left is left for all.
SCARCE = ("test.check=1 site.reserve=0 actor.maxRegions=24 actor.maxThreads=12 "
          "actor.maxBlocks=8 actor.maxChildren=4")
# Time is counted in instructions, and not waited for: the same seed makes the
# same calls at the same instants, and a wait takes no time here.
FLAGS = ["-icount", "shift=3,sleep=off"]
SIGN_LIMIT = 300 # seconds to the next sign of life
END = (r"fuzz: \d+ calls so far|"
       r"fuzz: (?P<calls>\d+) calls, (?P<errors>\d+) errors, "
       r"(?P<refused>\d+) refused, (?P<well>all agrees)|"
       r"FAILED[^\r\n]*\n|fault: fuzz[^\r\n]*\n")


@pytest.fixture(name="fuzz", scope="module")
def built_program(build, tmp_path_factory):
    """The actor, built against the SDK from the grammar that the host has."""
    folder = tmp_path_factory.mktemp("fuzz")
    rules = build.resolve() / "sdk/share/reprise/actor.mk"
    sources = [f"{ROOT}/tests/fuzz/{name}" for name in SOURCES.split()]
    subprocess.run(
        ["make", "-f", rules, "ACTOR=fuzz", f"CPPFLAGS=-I{ROOT}",
         f"SRCS={' '.join(sources)}"],
        cwd=folder, check=True, timeout=60, stdout=subprocess.DEVNULL)
    return folder / "fuzz.elf"


def listing_flags(build, output, name):
    """For tests/fuzz/cover_guest.py: all of the kernel that is executed."""
    if not os.environ.get("COVER"):
        return []
    text = [f"{address_of(build / 'kernel.elf', mark):#x}"
            for mark in ("image_start", "text_end")]
    (output / "campaigns").mkdir(parents=True, exist_ok=True)
    return ["-d", "in_asm", "-dfilter", "..".join(text),
            "-D", str(output / "campaigns" / f"{name}.listing")]


def until_the_end(machine):
    """The last line of the calls; each sign of life gives them more time."""
    while True:
        found = machine.expect(END, SIGN_LIMIT)
        if "so far" not in found[0]:
            return found


def memory(machine):
    """What is in use, when nothing changes any more."""
    machine.command("aps")
    return re.findall(r"memory: .*", machine.command("mem"))


@pytest.mark.timeout(300 + Campaign("guest", SHORT).rounds // 1000)
@pytest.mark.parametrize("how", ["user", "trusted"])
def test_in_an_actor(machines, fuzz, build, output, how):
    """The kernel's accounts agree after each batch, and the witness has every
    byte; then the actor is gone, and nothing is missing."""
    calls = Campaign("guest", SHORT)
    arch = build.name
    more = listing_flags(build, output, f"guest-{how}-{arch}")
    machine = machines(memory="40M", extra={"fuzz": fuzz}, cmdline=SCARCE,
                       flags=FLAGS + more).boot()
    machine.type("arun fuzz witness")
    machine.expect(r"fuzz: the witness watches \d+ regions")
    before = memory(machine)
    option = "-t " if how == "trusted" else ""
    machine.type(f"arun {option}fuzz run {calls.seed} {calls.rounds}")
    machine.expect("fuzz: waits for the miser")
    machine.type(f"arun -t fuzz miser {calls.seed}")
    aid = machine.expect(lines.STARTED)["aid"]
    found = until_the_end(machine)
    assert found["well"], machine.error("fuzz")
    machine.command(f"akill {aid}")
    machine.command("arun -t fuzz clean")
    assert memory(machine) == before
    assert "fuzz" in machine.command("aps") # the witness has not failed
    calls.note("benign", int(found["calls"]))
    calls.name = f"guest-{how}"
    calls.figures = {"errors": int(found["errors"]),
                     "refused": int(found["refused"])}
    calls.write(output, arch)
    assert int(found["refused"]) > calls.rounds // 1000
