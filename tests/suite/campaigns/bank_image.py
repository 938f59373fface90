# SPDX-License-Identifier: BSD-2-Clause
"""Reads a bank by the tables of mm/BANK.md, and what the clerk has left in
it.  It shares nothing with the code that is tested, not even a constant."""

import struct
from dataclasses import dataclass

PAGE = 4096
SLOTS = 256             # of a directory of a bank of a MiB
ENTRY = 128
HEADERS = (0, PAGE)
DIRECTORIES = (4 * PAGE, 4 * PAGE + SLOTS * ENTRY)
FIRST_PAGE = 20
MAGIC = b"RpseBank"
LAYOUT = 0x0003_0000_0080_0004
SEED = 0xcbf29ce484222325 ^ LAYOUT
USED, SEALED = 0x7375, 0x6573
WINDOW = 0x80000000
MASK = (1 << 64) - 1

HEADER = struct.Struct("<8sQQIHHQIIIIQ")
FIELDS = struct.Struct("<48s32s24sQQQ")


def words_hash(data, seed):
    """The hash of BANK.md, over whole words."""
    value = seed & MASK
    for (word,) in struct.iter_unpack("<Q", data):
        value = (value ^ word) * 0x9e3779b97f4a7c15 & MASK
        value = (value ^ value >> 32) * 0xd6e8feb86659fd93 & MASK
        value ^= value >> 29
    return value


def free_entry(slot):
    """What a slot without a block holds."""
    return bytes(120) + words_hash(bytes(120), SEED + slot + 1).to_bytes(
        8, "little")


FREE = [free_entry(slot) for slot in range(SLOTS)]
FREE_SUM = sum(int.from_bytes(entry[120:], "little") for entry in FREE)


@dataclass(frozen=True)
class Block:
    """A block as the directory has it."""
    slot: int
    name: str
    key: bytes
    first: int
    count: int
    seal: int           # of the contents; None: not sealed

    def seal_fits(self, bank):
        """Whether the contents are those that were sealed."""
        return words_hash(self.bytes_of(bank), SEED) == self.seal

    def bytes_of(self, bank):
        """Its contents."""
        return bytes(bank[self.first * PAGE:(self.first + self.count) * PAGE])


class Damaged(Exception):
    """The bank is not as it must be; says what is wrong."""


def require(condition, what):
    """Raises Damaged unless condition."""
    if not condition:
        raise Damaged(what)


def text_of(field, what):
    """A text with its end, and nothing behind it."""
    text, _, rest = field.partition(b"\0")
    require(len(text) < len(field) and not rest.strip(b"\0"),
            f"{what} has no end")
    return text.decode("latin-1")


def entry_read(entry, slot, bank_pages):
    """The block of a slot in use."""
    name, key, owner, place, seal, check = FIELDS.unpack(entry)
    first, count = place & 0xfffff, place >> 20 & 0xfffff
    key_size, state = place >> 40 & 0xff, place >> 48
    require(check == words_hash(entry[:120], SEED + slot + 1),
            f"the check of entry {slot} is wrong")
    require(state in (USED, SEALED), f"the state of entry {slot} is {state:#x}")
    require(state == SEALED or seal == 0, f"entry {slot}: a seal, not sealed")
    require(key_size <= 32, f"the key of entry {slot} is too long")
    require(not key[key_size:].strip(b"\0"), f"entry {slot}: key and more")
    text_of(owner, f"the owner of entry {slot}")
    require(count > 0 and first >= FIRST_PAGE and
            first + count <= bank_pages, f"entry {slot} is not in the bank")
    block = Block(slot, text_of(name, "a name"), key[:key_size], first, count,
                  seal if state == SEALED else None)
    require(block.name, f"entry {slot} has no name")
    return block


def entry_at(copy, slot):
    """Where an entry lies in a bank."""
    return DIRECTORIES[copy] + slot * ENTRY


def copy_read(bank, number):
    """The blocks of one whole copy, by name."""
    start = HEADERS[number]
    header = bytes(bank[start:start + HEADER.size])
    (magic, layout, _, pages, capacity, extent, entry_sum, used, *_,
     check) = HEADER.unpack(header)
    require(magic == MAGIC and layout == LAYOUT, "not a bank's header")
    require(check == words_hash(header[:56], SEED), "a header's check")
    require(pages * PAGE == len(bank) and capacity == extent == SLOTS,
            "a header is of another bank")
    blocks, total, taken = {}, FREE_SUM, set()
    for slot in range(SLOTS):
        at = entry_at(number, slot)
        entry = bytes(bank[at:at + ENTRY])
        if entry == FREE[slot]:
            continue
        block = entry_read(entry, slot, len(bank) // PAGE)
        total += int.from_bytes(entry[120:], "little") - \
            int.from_bytes(FREE[slot][120:], "little")
        pages = set(range(block.first, block.first + block.count))
        require(not pages & taken, f"two blocks have a page: {block.name}")
        require(block.name not in blocks, f"two blocks are {block.name}")
        taken |= pages
        blocks[block.name] = block
    require(len(blocks) == used, "a header counts other blocks")
    require(total & MASK == entry_sum, "the sum of the checks is wrong")
    return blocks


def bank_read(bank):
    """The blocks of a bank at rest: both copies whole and equal."""
    for (a, b), size in ((HEADERS, 64), (DIRECTORIES, SLOTS * ENTRY)):
        require(bank[a:a + size] == bank[b:b + size], "the copies differ")
    return copy_read(bank, 0)
