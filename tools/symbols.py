#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the kernel's symbol table, or checks one that is linked in.

    tools/symbols.py empty               a table with nothing in it
    tools/symbols.py table KERNEL        the table of a kernel's functions
    tools/symbols.py check PASS1 PASS2   both have their functions alike

The kernel is linked twice: with an empty table, and with the table of the
first pass.  The table lies behind the text, so it moves no function; check
fails if it did.  The layout is told in tools/README.md.
"""

import subprocess
import sys


def functions(path):
    """The (address, name) of every function in an ELF file, by address."""
    listing = subprocess.run(["nm", path], check=True, text=True,
                             stdout=subprocess.PIPE).stdout
    found = {}
    for line in listing.splitlines():
        fields = line.split()
        if len(fields) != 3 or fields[1] not in "tTwW":
            continue
        address, name = int(fields[0], 16), fields[2]
        if name.startswith("$"):
            continue  # where code and data begin, on Arm
        # One name for each address: the shortest, which is the plain one
        # where the compiler made "name.part.0" or a script a marker.
        best = found.get(address)
        if best is None or (name.startswith("_"), len(name), name) < (
                best.startswith("_"), len(best), best):
            found[address] = name
    return sorted(found.items())


def assembly(symbols):
    """The table as text for the assembler."""
    offsets, offset = [], 0
    for _, name in symbols:
        offsets.append(offset)
        offset += len(name) + 1
    lines = [
        "/* SPDX-License-Identifier: BSD-2-Clause */",
        "/* Made by tools/symbols.py. */",
        '.section .rodata.symbols, "a"',
        ".globl symbols_count, symbols_address, symbols_name, symbols_text",
        ".balign 8",
        "symbols_address:",
        *(f"    .quad {address:#x}" for address, _ in symbols),
        "symbols_name:",
        *(f"    .long {value}" for value in offsets),
        "symbols_count:",
        f"    .long {len(symbols)}",
        "symbols_text:",
        *(f'    .asciz "{name}"' for _, name in symbols),
        "    .byte 0",
        '.section .note.GNU-stack, "", %progbits',
    ]
    return "\n".join(lines) + "\n"


def check(first, second):
    """Exits with words if a function moved between the passes."""
    before, after = functions(first), functions(second)
    if before == after:
        return
    moved = sorted(set(before) ^ set(after))[0]
    sys.exit(f"{second}: the symbol table moved {moved[1]} ({moved[0]:#x}): "
             "linker.ld must place .rodata behind all text")


def main(arguments):
    match arguments:
        case ["empty"]:
            sys.stdout.write(assembly([]))
        case ["table", kernel]:
            sys.stdout.write(assembly(functions(kernel)))
        case ["check", first, second]:
            check(first, second)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
