# SPDX-License-Identifier: BSD-2-Clause
"""What the calls that an actor makes reach of kernel/ and mm/, on the real
processor's code.

    COVER=1 make campaign T=guest N=1000000 SEED=1
    /usr/bin/python3 tests/fuzz/cover_guest.py build/x86_64/kernel.elf \\
        build/campaigns/guest-*-x86_64.listing

counts the instructions that QEMU has seen, a file a row."""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

FUNCTION = re.compile(r"^([0-9a-f]+) ([0-9a-f]+) [tT] \S+\s+"
                      r"\S*?/?((?:kernel|mm)/[a-z_]+\.c):\d+$", re.M)
CODE = re.compile(r"^ *([0-9a-f]+):\t", re.M)
SEEN = re.compile(r"^0x([0-9a-f]+):", re.M)


def output(*words):
    """What a program prints."""
    return subprocess.run(words, check=True, stdout=subprocess.PIPE,
                          text=True).stdout


def files_of(kernel):
    """Which file an address of the kernel's text comes from."""
    return {at: found[3] for found in
            FUNCTION.finditer(output("nm", "-S", "-l", kernel))
            for at in range(int(found[1], 16),
                            int(found[1], 16) + int(found[2], 16))}


def main(kernel, *listings):
    """Counts and prints."""
    prefix = "aarch64-linux-gnu-" if "aarch64" in kernel else ""
    files = files_of(kernel)
    seen = {int(at, 16) for name in listings
            for at in SEEN.findall(Path(name).read_text(encoding="ascii",
                                                        errors="replace"))}
    rows = defaultdict(lambda: [0, 0])
    for at in CODE.findall(output(prefix + "objdump", "-d", "-w", kernel)):
        at = int(at, 16)
        if at in files:
            for name in (files[at], "all"):
                rows[name][0] += at in seen
                rows[name][1] += 1
    print("| file | instructions | % |\n|---|---|---|")
    for name, (reached, count) in sorted(rows.items()):
        print(f"| `{name}` | {count} | {100 * reached / count:.1f} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
