# SPDX-License-Identifier: BSD-2-Clause
"""System calls at random on the host, where every byte is watched."""

import os
import re
import subprocess

import pytest

from campaign import Campaign

CALLS = Campaign("calls", short=200000)


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
