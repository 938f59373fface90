# SPDX-License-Identifier: BSD-2-Clause
"""A program from outside the tree: three lines of Makefile and the SDK."""

import subprocess

PROGRAM = """\
#include <stdio.h>
#include <chorus.h>

int main(int argc, char **argv)
{
    printf("visitor: %s, pages of %d bytes\\n", argv[argc - 1], vmPageSize());
    return 0;
}
"""

MAKEFILE = """\
ACTOR = visitor
SRCS  = visitor.c
include $(REPRISE_SDK)/share/reprise/actor.mk
"""


def test_visitor(machines, build, tmp_path):
    source = tmp_path / "visitor"
    source.mkdir()
    (source / "visitor.c").write_text(PROGRAM)
    (source / "Makefile").write_text(MAKEFILE)
    subprocess.run(["make", f"REPRISE_SDK={build / 'sdk'}"], cwd=source,
                   check=True, timeout=60, stdout=subprocess.DEVNULL)
    machine = machines(extra={"visitor": source / "visitor.elf"}).boot()
    machine.type("arun visitor 'from far away'")
    machine.expect("visitor: from far away, pages of 4096 bytes")
