# SPDX-License-Identifier: BSD-2-Clause
"""What the clerk (user/examples/clerk.c) was to do, worked out from its
journal: which blocks there must be after each of its steps."""

import struct
from dataclasses import dataclass, replace

from bank_image import PAGE

ALLOCATE, FREE, FREE_KEY, TAKE, PUT, SEAL, UNSEAL = range(7)
MARKS = 8
K_OK = 0
JOURNAL, MAP = "clerk.journal", "map.clerk_map"
OWN = (JOURNAL, MAP, "__SYS.supervisor")
STEP = struct.Struct("<4Bi")
MAP_STATES = 64
MAP_USED = 0x44455355


@dataclass(frozen=True)
class Made:
    """A block that the clerk has made: how large, in which step it was marked
    last, and in which before (or -1)."""
    pages: int
    key: int
    step: int
    before: int = -1
    sealed: bool = False


def journal_read(bank, block):
    """(begun, done) of the journal in that place."""
    return struct.unpack_from("<II", bank, block.first * PAGE)


def steps_read(bank, block):
    """The steps of a journal that is complete: (kind, name, pages, key,
    result)."""
    begun, done = journal_read(bank, block)
    assert begun == done
    return [STEP.unpack_from(bank, block.first * PAGE + 8 + i * STEP.size)
            for i in range(done)]


def key_bytes(key):
    """A key as the directory has it."""
    return b"%d" % key + bytes(31)


def states_of(steps):
    """What there is after 0, 1, ... steps: ({name: Made}, {drawers})."""
    blocks, drawers = {}, frozenset()
    states = [(blocks, drawers)]
    for number, (kind, name, pages, key, result) in enumerate(steps):
        blocks = dict(blocks)
        label = f"clerk.{chr(ord('a') + name)}"
        if kind == ALLOCATE:
            assert result == K_OK, (number, result)
            blocks.setdefault(label, Made(pages, key, number))
        elif kind == FREE:
            there = blocks.pop(label, None)
            assert (result == K_OK) == (there is not None), (number, result)
        elif kind == FREE_KEY:
            gone = [one for one in blocks if blocks[one].key == key]
            assert (result == K_OK) == bool(gone), (number, result)
            for one in gone:
                del blocks[one]
        elif kind == TAKE and result >= 0:
            assert result not in drawers
            drawers |= {result}
        elif kind == PUT:
            assert (result >= 0) == (name in drawers), (number, result)
            drawers -= {name}
        elif kind in (SEAL, UNSEAL):
            assert (result == K_OK) == (label in blocks), (number, result)
            made = blocks.get(label)
            if made and kind == SEAL:
                blocks[label] = replace(made, sealed=True)
            elif made:
                blocks[label] = replace(made, sealed=False, step=number,
                                        before=made.step)
        states.append((blocks, drawers))
    return states


def marks_wanted(made, step):
    """The contents of a block that is marked."""
    marks = [(step + 1) << 32 | i + 1 for i in range(made.pages * MARKS)]
    page = PAGE - 8 * MARKS
    return b"".join(struct.pack(f"<{MARKS}Q", *marks[i:i + MARKS]) +
                    bytes(page) for i in range(0, len(marks), MARKS))


def marks_right(contents, made, complete):
    """Whether a block is marked; if not complete, words may be missing."""
    wanted = marks_wanted(made, made.step)
    if complete or contents == wanted:
        return contents == wanted
    before = bytes(len(wanted)) if made.before < 0 else \
        marks_wanted(made, made.before)
    return len(contents) == len(wanted) and all(
        contents[i:i + 8] in (wanted[i:i + 8], before[i:i + 8])
        for i in range(0, len(wanted), 8))


def blocks_right(found, blocks):
    """Whether the clerk's blocks are those; the others are not looked at."""
    found = {name: (block.count, block.key, block.seal is not None)
             for name, block in found.items() if name not in OWN}
    return found == {name: (made.pages, key_bytes(made.key), made.sealed)
                     for name, made in blocks.items()}


def drawers_of(bank, block):
    """The drawers that the map says are in use, and whether each state is one
    of the two."""
    words = struct.unpack_from("<12I", bank, block.first * PAGE + MAP_STATES)
    return (frozenset(i for i, word in enumerate(words) if word == MAP_USED),
            all(word in (0, MAP_USED) for word in words))
