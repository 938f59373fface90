# SPDX-License-Identifier: BSD-2-Clause
"""What the fuzzer of system calls reaches of kernel/ and mm/.

    make -f tests/fuzz/fuzz.mk build/fuzz/cover_calls
    /usr/bin/python3 tests/fuzz/cover.py build/fuzz/cover_calls 1 1000000

runs it from a seed for so many calls, and prints lines and branches, a file a
row."""

import json
import os
import subprocess
import sys
from pathlib import Path


def main(program, seed, count):
    """Runs, counts and prints."""
    program = Path(program)
    raw, data = program.with_suffix(".raw"), program.with_suffix(".data")
    subprocess.run([program, seed, count], check=True,
                   env=os.environ | {"LLVM_PROFILE_FILE": str(raw)})
    subprocess.run(["llvm-profdata", "merge", "-o", data, raw], check=True)
    text = subprocess.run(
        ["llvm-cov", "export", "-summary-only", f"-instr-profile={data}",
         program], check=True, stdout=subprocess.PIPE).stdout
    export = json.loads(text)["data"][0]
    print("| file | lines | % | branches | % |\n|---|---|---|---|---|")
    sums = {"lines": [0, 0], "branches": [0, 0]}
    for file in sorted(export["files"], key=lambda file: file["filename"]):
        name = os.path.relpath(file["filename"])
        if not name.startswith(("kernel/", "mm/")) or name.endswith(".h"):
            continue
        row = [f"`{name}`"]
        for kind, total in sums.items():
            part = file["summary"][kind]
            total[0] += part["covered"]
            total[1] += part["count"]
            row += [str(part["count"]), f"{part['percent']:.0f}"]
        print("| " + " | ".join(row) + " |")
    print("| all | " + " | ".join(
        f"{count} | {100 * covered / count:.1f}"
        for covered, count in sums.values()) + " |")


if __name__ == "__main__":
    main(*sys.argv[1:4])
