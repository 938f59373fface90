# SPDX-License-Identifier: BSD-2-Clause
"""The host's tests of the bank's C code, in their long forms: every store cut
short, every set of lines lost; and damage of all kinds.  `make test` has their
short forms among the other programs of the host."""

import os
import re
import subprocess

import pytest

from campaign import Campaign

CUT = Campaign("cut", short=0)
pytestmark = pytest.mark.skipif(
    not CUT.long, reason="the host's programs run their short forms")

SUM = re.compile(r"cut: sequences: ([\d,]+) crash points, ([\d,]+) torn, "
                 r"([\d,]+) lost, ([\d,]+) leaked")
PASS = re.compile(r"cut: sequences of (\d): (\d+) states, (\d+) changes, "
                  r"(\d+) with their openings, (\d) crashes in a row")


def number(text):
    """A number with commas."""
    return int(text.replace(",", ""))


@pytest.mark.timeout(0)
def test_every_sequence(output):
    """Sequences of four changes of three names and three sizes."""
    program = output / "host" / "fast" / "cut_sequences"
    done = subprocess.run(
        [program], text=True, capture_output=True, check=False,
        env={**os.environ, "CUT_IMAGES": str(CUT.rounds),
             "SEED": str(CUT.seed)})
    found = SUM.search(done.stdout)
    assert found, done.stdout + done.stderr
    points, *bad = map(number, found.groups())
    CUT.note("recovered", points - sum(bad))
    CUT.note("corrupt", sum(bad))
    CUT.figures = {"passes": PASS.findall(done.stdout)}
    CUT.write(output, "host")
    assert done.returncode == 0, done.stdout + done.stderr
    assert points >= CUT.rounds and CUT.nothing_lost()
