# SPDX-License-Identifier: BSD-2-Clause
"""What the README shows is what happens: its program is cut out of it,
built as it says, and run; its commands and files are there."""

import re
import subprocess
from pathlib import Path

import lines

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def block_from(first_line):
    """The indented block that begins with that line, without its indent."""
    found = re.search(rf"^    {re.escape(first_line)}\n(?:(?:    .*)?\n)*",
                      README, re.M)
    return "\n".join(line[4:] for line in found[0].splitlines()) + "\n"


def test_worker(machines, build, tmp_path):
    (tmp_path / "worker.c").write_text(block_from("#include <hr/hr.h>"))
    (tmp_path / "Makefile").write_text(block_from("ACTOR = worker"))
    subprocess.run(["make", f"REPRISE_SDK={build / 'sdk'}"], cwd=tmp_path,
                   check=True, timeout=60, stdout=subprocess.DEVNULL)
    machine = machines(extra={"worker": tmp_path / "worker.elf"}).boot()
    machine.type("arun -g worker")
    machine.expect_all(["life 1 begins at step 0", lines.restarted("worker"),
                        "life 2 begins at step 4", "all done after 2 lives",
                        lines.group_ended(0)])
    assert "worker" not in machine.command("pmm list")


def test_links():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), f"README.md names {target}"


def test_targets():
    makefile = "".join((ROOT / path).read_text() for path in
                       ("Makefile", "tests/bench/bench.mk"))
    for target in re.findall(r"^    make (\w+)", README, re.M):
        assert re.search(rf"^{target}:", makefile, re.M), f"make {target}"
