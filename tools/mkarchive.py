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
CRC32C_POLYNOMIAL = 0x82F63B78  # Castagnoli's, lowest bit first


def crc_table():
    """What CRC-32C makes of each byte."""
    table = list(range(256))
    for _ in range(8):
        table = [crc >> 1 ^ (CRC32C_POLYNOMIAL if crc & 1 else 0)
                 for crc in table]
    return table


def crc32c(crc, data, table=tuple(crc_table())):
    """CRC-32C of data, going on with crc, neither end inverted."""
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc


def crc32c_twin(data):
    """The kernel's crc32c_twin() of data, which is whole pairs of words."""
    pairs = [data[at:at + 16] for at in range(0, len(data), 16)]
    even = crc32c(HASH_START & 0xFFFFFFFF, b"".join(p[:8] for p in pairs))
    odd = crc32c(HASH_START >> 32, b"".join(p[8:] for p in pairs))
    return even | odd << 32


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
    seal.pack_into(out, PAGE, SEAL_MAGIC, len(out), crc32c_twin(out),
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
