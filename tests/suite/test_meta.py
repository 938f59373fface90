# SPDX-License-Identifier: BSD-2-Clause
"""The suite can fail: tests that panic or hang are red, with a transcript.

The samples are run by a pytest of their own; they are not part of the suite.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent / "samples.py"


def run_sample(name):
    """Runs one sample; pytest's exit status and what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         f"{SAMPLES}::{name}"],
        env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"), check=False,
        timeout=150, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True)
    return done.returncode, done.stdout


# What each sample that must fail says about it.
SAID = {
    "test_panic_unseen": "unexpected 'panic: ",
    "test_panic_while_waiting": "the kernel panicked",
    "test_waits_for_ever": "nothing like it within",
    "test_hangs": "Timeout",
    "test_machine_goes_off": "the machine went off",
}


@pytest.mark.parametrize("name", SAID)
def test_sample_is_red(name):
    status, output = run_sample(name)
    assert status == 1, output
    assert SAID[name] in output
    assert "---- console ----" in output or name == "test_hangs"


def test_sample_is_green():
    status, output = run_sample("test_good")
    assert status == 0, output
