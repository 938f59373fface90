# SPDX-License-Identifier: BSD-2-Clause
"""What all tests share: where the build is, and how to run one test again."""

import os
import sys
from pathlib import Path

import pytest

sys.dont_write_bytecode = True

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root():
    """The top of the tree."""
    return ROOT


@pytest.fixture(scope="session")
def arch():
    """The processor that is tested, as make knows it."""
    return os.environ.get("ARCH", "x86_64")


@pytest.fixture(scope="session")
def output():
    """The folder for everything that is made: make's O."""
    return Path(os.environ.get("O", ROOT / "build")).resolve()


@pytest.fixture(scope="session")
def build(output, arch):
    """The folder of kernel.elf, archive.cpio and reprise.iso."""
    return output / arch


def pytest_collection_modifyitems(config, items):
    """For a second processor only what runs on its machines."""
    if os.environ.get("ONLY") != "machines":
        return
    machines = {ROOT / "tests" / "suite", ROOT / "tests" / "bench"}
    config.hook.pytest_deselected(
        items=[item for item in items if machines.isdisjoint(
            item.path.parents)])
    items[:] = [item for item in items
                if not machines.isdisjoint(item.path.parents)]


def pytest_sessionfinish(session, exitstatus):
    """Then no test at all is no failure, either."""
    if os.environ.get("ONLY") and \
            exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.OK


def pytest_terminal_summary(terminalreporter):
    """Ends a failed run with the commands that repeat what failed."""
    bad = [report for kind in ("failed", "error")
           for report in terminalreporter.getreports(kind)]
    if not bad:
        return
    terminalreporter.section("to run these again")
    arch_name = os.environ.get("ARCH", "x86_64")
    for name in dict.fromkeys(report.nodeid for report in bad):
        path = name if name.startswith("tests/") else f"tests/{name}"
        terminalreporter.write_line(f"make test ARCH={arch_name} T='{path}'")
