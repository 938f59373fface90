# SPDX-License-Identifier: BSD-2-Clause
"""System calls at random: on the host, where every byte is watched, and in an
actor, while another thread writes over their arguments."""

import os
import re
import subprocess

import pytest

from campaign import Campaign
from machine import ROOT

CALLS = Campaign("calls", short=200000)
GUEST = CALLS.rounds // 20 if CALLS.long else 20000


@pytest.fixture(name="fuzz", scope="module")
def built_program(build, tmp_path_factory):
    """The actor, built against the SDK from the grammar that the host has."""
    folder = tmp_path_factory.mktemp("fuzz")
    rules = build.resolve() / "sdk/share/reprise/actor.mk"
    subprocess.run(
        ["make", "-f", rules, "ACTOR=fuzz", f"CPPFLAGS=-I{ROOT}",
         f"SRCS={ROOT}/tests/fuzz/guest.c {ROOT}/tests/fuzz/grammar.c"],
        cwd=folder, check=True, timeout=60, stdout=subprocess.DEVNULL)
    return folder / "fuzz.elf"


@pytest.mark.timeout(120 + CALLS.rounds // 2000)
@pytest.mark.parametrize("how", ["user", "trusted"])
def test_in_an_actor(machines, fuzz, how):
    """The kernel's accounts agree after each batch, and the witness has every
    byte; then the actor is gone, and nothing is missing."""
    machine = machines(extra={"fuzz": fuzz}, cmdline="test.check=1").boot()
    machine.type("arun fuzz witness")
    machine.expect("fuzz: the witness watches")
    machine.command("aps")
    before = machine.command("mem")
    option = "-t " if how == "trusted" else ""
    machine.type(f"arun {option}fuzz run {CALLS.seed} {GUEST}")
    machine.expect(r"fuzz: \d+ calls, \d+ errors, all agrees|FAILED[^\r\n]*|"
                   r"fault: fuzz[^\r\n]*", 60 + CALLS.rounds // 2000)
    assert "all agrees" in machine.console.match[0], machine.error("fuzz")
    machine.command("aps")
    after = machine.command("mem")
    memory = [re.findall(r"memory: .*", text) for text in (before, after)]
    assert memory[0] == memory[1]
    assert "fuzz" in machine.command("aps") # the witness has not failed
    CALLS.note("benign", GUEST)


@pytest.mark.skipif(os.environ.get("ONLY") == "machines",
                    reason="the host is the same for both processors")
@pytest.mark.timeout(300 + CALLS.rounds // 1000)
def test_on_the_host(output, arch):
    """No report of a sanitizer, no panic, nothing kept or changed by a call
    that failed, and nothing missing in the end."""
    program = output / "fuzz" / ("long_calls" if CALLS.long else "fuzz_calls")
    rounds = CALLS.rounds
    words = [program, str(CALLS.seed), str(rounds)] if CALLS.long else \
        [program, f"-seed={CALLS.seed}", "-runs=1500", "-max_len=400",
         "-len_control=0", "-detect_leaks=0"]
    done = subprocess.run(
        words, check=False, text=True, errors="replace", cwd=output,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=os.environ | {"ASAN_OPTIONS": "detect_leaks=0"})
    assert done.returncode == 0, done.stdout[-5000:]
    figures = re.search(r"fuzz_calls: (\d+) calls, (\d+) errors, (\d+) ref",
                        done.stdout)
    CALLS.note("benign", int(figures[1]))
    CALLS.figures = {"errors": int(figures[2]), "refusals": int(figures[3])}
    CALLS.write(output, arch)
