# SPDX-License-Identifier: BSD-2-Clause
"""Faults for the campaigns: the mutations of running programs that those of
Nooks and MINIX 3 made, found in the disassembled victim.

A fault is a place and the bits that are flipped there, so that the same fault
once more takes it back.  The saboteur reads them, 32 bytes each, from the file
"faults" of its archive."""

import re
import struct
import subprocess
from collections import namedtuple
from functools import lru_cache

from machine import ARCH

LINE = "<BBBBIQ16s" # struct fault of user/examples/saboteur
MASK_BYTES = 16

# kernel/abi.h: K_INJECT_...; of an actor the address says where.
ACTOR, TEXT, CONSTANTS, DATA, STACK, TABLE, RECORD = range(7)

TYPES = ("source", "destination", "pointer", "parameter", "branch", "bit",
         "elision", "bound", "data", "stack", "constants", "table", "record",
         "kill")
KILL = 255 # the saboteur's KILL_TYPE

Fault = namedtuple("Fault", "where offset mask undo type")
Code = namedtuple("Code", "address bytes words")
Symbol = namedtuple("Symbol", "address size kind name")

PREFIX = "" if ARCH == "x86_64" else "aarch64-linux-gnu-"


def run(*words):
    """The output of a tool of the tool chain."""
    return subprocess.run([PREFIX + words[0], *map(str, words[1:])],
                          check=True, capture_output=True, text=True).stdout


@lru_cache
def symbols(path):
    """Functions and variables of an ELF file that have a size."""
    found = re.findall(r"^([0-9a-f]+) ([0-9a-f]+) ([tTbBdDrR]) (\S+)$",
                       run("nm", "-S", path), re.M)
    return [Symbol(int(at, 16), int(size, 16), kind.lower(), name)
            for at, size, kind, name in found if int(size, 16) > 0]


@lru_cache
def address_of(path, name):
    """The address of a mark that linker.ld leaves."""
    return int(re.search(rf"^([0-9a-f]+) \S {name}$", run("nm", path),
                         re.M)[1], 16)


@lru_cache
def code_of(path):
    """The instructions of an ELF file, by address."""
    width = "-w" if ARCH == "x86_64" else "-z"
    found = re.findall(r"^ *([0-9a-f]+):\t((?:[0-9a-f]+ ?)+?) *\t([^\n]*)$",
                       run("objdump", "-d", width, path), re.M)
    listing = []
    for at, raw, words in found:
        raw = bytes.fromhex(raw) if ARCH == "x86_64" else \
            struct.pack("<I", int(raw, 16))
        listing.append(Code(int(at, 16), raw, words))
    return listing


# ---- x86_64 -----------------------------------------------------------------

PREFIXES = {0x66, 0x67, 0xf2, 0xf3, 0xf0, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65}
MODRM_ONE = ({base + low for base in range(0, 0x40, 8) for low in range(4)}
             | set(range(0x80, 0x90)) | {0x63, 0x69, 0x6b, 0xc0, 0xc1, 0xc6,
                                         0xc7, 0xd0, 0xd1, 0xd2, 0xd3, 0xf6,
                                         0xf7, 0xfe, 0xff})
MODRM_TWO = (set(range(0x10, 0x18)) | set(range(0x28, 0x30))
             | set(range(0x40, 0x50)) | set(range(0x90, 0xa0))
             | {0xa3, 0xa4, 0xa5, 0xab, 0xac, 0xad, 0xaf, 0xb0, 0xb1, 0xb3,
                0xb6, 0xb7, 0xba, 0xbb, 0xbc, 0xbd, 0xbe, 0xbf, 0xc0, 0xc1,
                0xae, 0x6f, 0x7f, 0x6e, 0x7e, 0xd6, 0xef, 0x57})
NOP = {1: "90", 2: "6690", 3: "0f1f00", 4: "0f1f4000", 5: "0f1f440000",
       6: "660f1f440000", 7: "0f1f8000000000"}


def opcode_at(raw):
    """Where the opcode begins, behind prefixes and REX."""
    at = 0
    while at < len(raw) - 1 and (raw[at] in PREFIXES or raw[at] & 0xf0 == 0x40):
        at += 1
    return at


def modrm_at(raw):
    """Where the byte is that names registers and addresses, or None."""
    at = opcode_at(raw)
    if raw[at] == 0x0f:
        found = at + 1 < len(raw) and raw[at + 1] in MODRM_TWO
        return at + 2 if found and at + 2 < len(raw) else None
    return at + 1 if raw[at] in MODRM_ONE and at + 1 < len(raw) else None


def replaced(raw, at, value):
    """The mask that makes the byte at that place value."""
    mask = bytearray(len(raw))
    mask[at] = raw[at] ^ value
    return bytes(mask)


def x86_operand(raw, chance, to_memory):
    """Another register in one of the two fields.  Which one is the source
    depends on a bit of the opcode."""
    at = modrm_at(raw)
    if at is None:
        return None
    shift = 3 if bool(raw[at - 1] & 2) == to_memory else 0
    return replaced(raw, at, raw[at] ^ 1 << shift + chance.randrange(3))


def x86_pointer(raw, chance):
    """Another base register, or another offset from it."""
    at = modrm_at(raw)
    if at is None or raw[at] >> 6 == 3:
        return None
    if raw[at] >> 6 == 1 and at + 1 < len(raw) and raw[at] & 7 != 4:
        return replaced(raw, at + 1, raw[at + 1] ^ 1 << chance.randrange(8))
    return replaced(raw, at, raw[at] ^ 1 << chance.randrange(3))


def x86_branch(raw):
    """The other way."""
    if 0x70 <= raw[0] < 0x80 and len(raw) == 2:
        return replaced(raw, 0, raw[0] ^ 1)
    if raw[0] == 0x0f and 0x80 <= raw[1] < 0x90:
        return replaced(raw, 1, raw[1] ^ 1)
    return None


def x86_bound(raw, words, chance):
    """One more or one less where numbers are compared, or what comes out of
    < and <=."""
    at = opcode_at(raw)
    if words.startswith(("cmp ", "cmpl", "cmpq", "cmpb")) and \
            raw[at] in (0x80, 0x83, 0x3c):
        return replaced(raw, len(raw) - 1,
                        (raw[-1] + chance.choice((1, -1))) & 0xff)
    pairs = {0x72: 0x76, 0x76: 0x72, 0x73: 0x77, 0x77: 0x73,
             0x7c: 0x7e, 0x7e: 0x7c, 0x7d: 0x7f, 0x7f: 0x7d}
    if raw[0] in pairs and len(raw) == 2:
        return replaced(raw, 0, pairs[raw[0]])
    if raw[0] == 0x0f and raw[1] - 0x10 in pairs:
        return replaced(raw, 1, pairs[raw[1] - 0x10] + 0x10)
    return None


def x86_nothing(raw):
    """No operation of that length."""
    nop = bytes.fromhex(NOP.get(len(raw), "90" * len(raw)))
    return bytes(a ^ b for a, b in zip(raw, nop))


X86_PARAMETER = re.compile(
    r"(?:mov|lea|xor)\w* .*%[re]?(?:di|si|dx|cx|r[89]d?)$")


def mutate_x86(code, kind, chance):
    """The mask of a mutation of that kind, or None where there is none."""
    raw = code.bytes
    if kind == "source":
        return x86_operand(raw, chance, False)
    if kind == "destination":
        return x86_operand(raw, chance, True)
    if kind == "pointer":
        return x86_pointer(raw, chance)
    if kind == "branch":
        return x86_branch(raw)
    if kind == "bound":
        return x86_bound(raw, code.words, chance)
    if kind == "parameter" and not X86_PARAMETER.match(code.words):
        return None
    return x86_nothing(raw)


# ---- AArch64 ----------------------------------------------------------------

NOP_ARM = 0xd503201f
CONDITIONS = {0x3: 0x9, 0x9: 0x3, 0x2: 0x8, 0x8: 0x2,
              0xb: 0xd, 0xd: 0xb, 0xa: 0xc, 0xc: 0xa}


def arm_branch(word):
    """The other way: b.cond, cbz and cbnz, tbz and tbnz."""
    if word >> 24 == 0x54:
        return 1
    if word >> 25 & 0x3f in (0x1a, 0x1b):
        return 1 << 24
    return None


def arm_bound(word, chance):
    """One more or one less in cmp #; or < and <=."""
    if word & 0x7f80001f == 0x7100001f:
        value = (word >> 10) + chance.choice((1, -1)) & 0xfff
        return (word >> 10 & 0xfff ^ value) << 10
    if word >> 24 == 0x54 and word & 15 in CONDITIONS:
        return word & 15 ^ CONDITIONS[word & 15]
    return None


def mutate_arm(code, kind, chance):
    """As mutate_x86()."""
    word, = struct.unpack("<I", code.bytes)
    memory = word >> 25 & 5 == 4
    flip = None
    if kind == "source":
        flip = 1 << chance.choice((5, 16)) + chance.randrange(5)
    elif kind == "destination":
        flip = 1 << chance.randrange(5)
    elif kind == "pointer":
        flip = 1 << (5 + chance.randrange(16)) if memory else None
    elif kind == "branch":
        flip = arm_branch(word)
    elif kind == "bound":
        flip = arm_bound(word, chance)
    elif kind == "elision" or re.match(r"mov\s+[xw][0-7],|add\s+x[0-7],",
                                       code.words):
        flip = word ^ NOP_ARM
    return struct.pack("<I", flip) if flip else None


MUTATE = {"x86_64": mutate_x86, "aarch64": mutate_arm}[ARCH]


# ---- Faults -----------------------------------------------------------------

def text_fault(listing, kind, chance):
    """A mutation of that kind somewhere in the listing."""
    while True:
        code = chance.choice(listing)
        if kind == "bit":
            mask = bytearray(len(code.bytes))
            mask[chance.randrange(len(mask))] = 1 << chance.randrange(8)
            return code, bytes(mask)
        mask = MUTATE(code, kind, chance)
        if mask and any(mask) and len(mask) <= MASK_BYTES:
            return code, mask


def bits(chance):
    """One flipped bit, sometimes a whole wrong word."""
    if chance.random() < 0.7:
        return bytes([1 << chance.randrange(8)])
    return chance.randbytes(8)


def variable_place(path, kinds, chance):
    """An aligned word in any variable, large or small."""
    variable = chance.choice([one for one in symbols(path)
                              if one.kind in kinds])
    span = min(variable.size, 4096)
    return variable.address + chance.randrange(0, span) // 8 * 8 + \
        chance.choice((0, 1, 3, 7))


def write_table(path, faults):
    """The file that the saboteur reads."""
    with path.open("wb") as file:
        for fault in faults:
            number = KILL if fault.type == "kill" else TYPES.index(fault.type)
            file.write(struct.pack(LINE, fault.where, len(fault.mask),
                                   fault.undo, number, 0, fault.offset,
                                   fault.mask.ljust(MASK_BYTES, b"\0")))
