#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes the archive of actors that travels with the kernel.

    tools/mkarchive.py OUTPUT NAME=FILE...

A newc cpio archive that any cpio lists, with two additions: the contents of
each file start on a page, and the first entry, reprise.archive, holds a hash
of the whole, so that the kernel can tell a damaged archive.  The same files
make the same bytes.  The format is told in tools/README.md.
"""

import struct
import sys
from pathlib import Path

PAGE = 4096
SEAL_NAME = "reprise.archive"
SEAL_MAGIC = b"RPRSARC1"
SEAL_SIZE = 32
NAME_MAX = 23  # K_ACTORNAMEMAX of kernel/abi.h, less the NUL

HASH_START = 0xCBF29CE484222325
HASH_FACTOR = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


def hash_bulk(data):
    """The kernel's hash_bulk() of data, which is whole 64-bit words."""
    value = HASH_START
    for word, in struct.iter_unpack("<Q", data):
        value = (value ^ word) * HASH_FACTOR & MASK
        value = (value << 31 | value >> 33) & MASK
    return value


def header(name_size, size, number, mode):
    """A newc header; owner, times and devices are zero."""
    fields = [number, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name_size, 0]
    return b"070701" + b"".join(b"%08X" % field for field in fields)


def entry(at, name, data, number):
    """The bytes of one file, whose contents shall start on a page."""
    start = at + 110
    name_size = len(name) + 1
    name_size += -(start + name_size) % PAGE
    return (header(name_size, len(data), number, 0o100644)
            + name.encode().ljust(name_size, b"\0")
            + data + bytes(-len(data) % 4))


def archive(files):
    """The archive of files, a dictionary from names to bytes."""
    out = bytearray()
    names = [SEAL_NAME, *sorted(files)]
    for number, name in enumerate(names, 1):
        out += entry(len(out), name, files.get(name, bytes(SEAL_SIZE)), number)
    trailer = b"TRAILER!!!\0"
    out += header(len(trailer), 0, 0, 0) + trailer
    out += bytes(-len(out) % PAGE)
    seal = struct.Struct("<8sQQQ")
    seal.pack_into(out, PAGE, SEAL_MAGIC, len(out), 0, len(files))
    seal.pack_into(out, PAGE, SEAL_MAGIC, len(out), hash_bulk(out),
                   len(files))
    return bytes(out)


def read(arguments):
    """The files that the arguments NAME=FILE name."""
    files = {}
    for argument in arguments:
        name, equals, path = argument.partition("=")
        if not equals:
            sys.exit(f"{argument}: must be NAME=FILE")
        if not 0 < len(name.encode()) <= NAME_MAX or name == SEAL_NAME:
            sys.exit(f"{name}: a name has 1 to {NAME_MAX} bytes, and is not "
                     f"{SEAL_NAME}")
        if name in files:
            sys.exit(f"{name}: twice in the archive, the second time from "
                     f"{path}")
        try:
            files[name] = Path(path).read_bytes()
        except OSError as error:
            sys.exit(f"{path}: {error.strerror}")
    return files


def main(arguments):
    if not arguments or "=" in arguments[0]:
        sys.exit(__doc__)
    Path(arguments[0]).write_bytes(archive(read(arguments[1:])))


if __name__ == "__main__":
    main(sys.argv[1:])
