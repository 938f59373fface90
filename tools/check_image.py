#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks what a kernel image promises to its loaders and to its reader.

    tools/check_image.py KERNEL

* Linear: file offset minus load address is the same for all contents, for
  the Multiboot 1 address header describes one piece of the file.
* W^X: no segment is both writable and executable.
"""

import struct
import sys
from pathlib import Path

PT_LOAD, WRITE, EXECUTE = 1, 2, 1


def segments(image):
    """(flags, offset, load address, bytes in file) of each PT_LOAD."""
    if image[:6] != b"\x7fELF\x02\x01":
        raise ValueError("not a little-endian 64-bit ELF file")
    table, = struct.unpack_from("<Q", image, 32)
    size, count = struct.unpack_from("<HH", image, 54)
    for i in range(count):
        kind, flags, offset, _, load, in_file, _, _ = struct.unpack_from(
            "<IIQQQQQQ", image, table + i * size)
        if kind == PT_LOAD:
            yield flags, offset, load, in_file


def complaints(image):
    """What is wrong with an image, a line each."""
    loads = list(segments(image))
    if not loads:
        yield "no loadable segment"
    for flags, _, load, _ in loads:
        if flags & WRITE and flags & EXECUTE:
            yield f"segment at {load:#x} is writable and executable"
    shifts = {load - offset for _, offset, load, size in loads if size}
    if len(shifts) > 1:
        words = ", ".join(f"{shift:#x}" for shift in sorted(shifts))
        yield ("file layout is not linear: load address minus file offset "
               f"is {words}; Multiboot 1 allows one value")


def main(arguments):
    if len(arguments) != 1:
        sys.exit(__doc__)
    path = Path(arguments[0])
    try:
        found = list(complaints(path.read_bytes()))
    except (ValueError, struct.error) as error:
        found = [str(error)]
    if found:
        sys.exit("\n".join(f"{path}: {words}" for words in found))


if __name__ == "__main__":
    main(sys.argv[1:])
