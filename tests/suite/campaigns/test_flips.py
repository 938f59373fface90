# SPDX-License-Identifier: BSD-2-Clause
"""Damage to the bank while the machine sleeps: flipped bits, overwritten
stretches, copies of other times and other builds, noise.  The real kernel has
to start from it, believe nothing that is wrong, give what is undamaged and
name what is not.  The host's program does the same to the C code, a thousand
times as often; `make test` has its short form among the others."""

import os
import re
import subprocess

import pytest

from bank_image import (DIRECTORIES, ENTRY, FIRST_PAGE, HEADER, HEADERS, PAGE,
                        SLOTS, Damaged, bank_read, entry_at, words_hash)
from campaign import Campaign
from history import Clerk
from machine import ARCH
from stepper import Hang, Judge
from verdict import BANK, Wrong, require, told

FLIPS = Campaign("flips", short=60)
IMAGES = Campaign("flips-host", short=0)
IMAGES_FACTOR = 500     # images on the host for each on the machine
METADATA = FIRST_PAGE * PAGE     # the last words lie between
LOST = re.compile(r"^bank: lost (.+): (?:its|it|an) ", re.M)
BROKEN = re.compile(r"^bank: broken seal: (\S+): ", re.M)
SUM = re.compile(r"flips: ([^:]+): (\d+) images, (\d+) blocks kept, (\d+) "
                 r"lost, (\d+) wrong, (\d+) unsaid")


# ---- Damage -----------------------------------------------------------------

def flip(bank, chance, start, size):
    """One bit in a range."""
    bit = chance.randrange(size * 8)
    bank[start + bit // 8] ^= 1 << bit % 8


def flip_metadata(bank, chance, history):
    """1 to 64 bits, half of them near the entries in use."""
    del history
    for _ in range(chance.randint(1, 64)):
        if chance.random() < 0.5:
            flip(bank, chance, 0, METADATA)
        else:
            flip(bank, chance, chance.choice(DIRECTORIES), 12 * ENTRY)


def flip_blocks(bank, chance, history):
    """1 to 64 bits in blocks of the clerk's."""
    blocks = [block for name, block in history.blocks.items()
              if name.startswith("clerk.") and name != "clerk.journal"]
    for _ in range(chance.randint(1, 64)):
        block = chance.choice(blocks)
        flip(bank, chance, block.first * PAGE, block.count * PAGE)


def overwrite(bank, chance, history):
    """Up to three stretches of zeros, ones or noise."""
    del history
    for _ in range(chance.randint(1, 3)):
        size = chance.randint(1, PAGE)
        start = chance.randrange(METADATA - size)
        bank[start:start + size] = chance.choice(
            (bytes(size), b"\xff" * size, chance.randbytes(size)))


def age(bank, chance, history):
    """One copy is that of an earlier moment."""
    image = chance.choice(history.earlier)
    copy = chance.randrange(2)
    for start, size in ((HEADERS[copy], HEADER.size),
                        (DIRECTORIES[copy], SLOTS * ENTRY)):
        bank[start:start + size] = image[start:start + size]


def other_build(bank, chance, history):
    """One copy or both are of a build with another layout."""
    del history
    layout = int.from_bytes(bank[8:16], "little") ^ 1 << chance.randrange(64)
    seed = 0xcbf29ce484222325 ^ layout
    for copy in chance.choice(((0,), (1,), (0, 1))):
        start, total = HEADERS[copy], 0
        for slot in range(SLOTS):
            at = entry_at(copy, slot)
            check = words_hash(bank[at:at + 120], seed + slot + 1)
            bank[at + 120:at + 128] = check.to_bytes(8, "little")
            total += check
        bank[start + 8:start + 16] = layout.to_bytes(8, "little")
        bank[start + 32:start + 40] = (total & (1 << 64) - 1).to_bytes(
            8, "little")
        bank[start + 56:start + 64] = words_hash(
            bank[start:start + 56], seed).to_bytes(8, "little")


def noise(bank, chance, history):
    """All of the metadata is noise."""
    del history
    bank[:METADATA] = chance.randbytes(METADATA)


KINDS = (flip_metadata, flip_metadata, flip_metadata, flip_blocks, flip_blocks,
         overwrite, overwrite, age, other_build, noise)


# ---- Verdict ----------------------------------------------------------------

def entry_of(bank, copy, slot):
    """An entry as it lies there."""
    at = entry_at(copy, slot)
    return bytes(bank[at:at + ENTRY])


def survivors(good, image):
    """The slots of which one entry is undamaged."""
    return {slot for slot in range(SLOTS) if entry_of(good, 0, slot) in
            (entry_of(image, 0, slot), entry_of(image, 1, slot))}


def nameable(good, image, slot):
    """Whether a copy of an entry still says that it is in use."""
    return entry_of(good, 0, slot)[110:112] in (
        entry_of(image, 0, slot)[110:112], entry_of(image, 1, slot)[110:112])


def header_survives(good, image):
    """Whether one header is as it was."""
    size = HEADER.size
    return good[:size] in [image[at:at + size] for at in HEADERS]


def judge(history, image, bank, text):
    """What has become of the blocks; the outcome."""
    require("panic" not in text, "a panic: " + text)
    how = BANK.search(text)
    require(how, "it does not speak of the bank: " + text)
    found, good = bank_read(bank), history.last
    whole = survivors(good, image)
    for name, block in history.blocks.items():
        there = found.get(name)
        if name.startswith("__SYS"):
            continue
        require(there is not None or block.slot not in whole or
                how[1] == "formatted", f"{name} is undamaged and gone")
        require(there in (None, block), f"{name} is not what it was")
        if there:
            require(block.bytes_of(bank) == block.bytes_of(image),
                    f"{name} has other contents")
    require(found.keys() <= history.blocks.keys(), f"there are {found.keys()}")
    broken = {name for name, block in found.items()
              if block.seal is not None and not block.seal_fits(bank)}
    require(set(BROKEN.findall(text)) == broken,
            f"broken are {broken}: {text}")
    missing = len(history.blocks) - int(how[3])
    if header_survives(good, image):
        require(int(how[4]) == missing, f"{missing} are missing: {text}")
    left = [block for name, block in history.blocks.items()
            if name not in found and nameable(good, image, block.slot)]
    require(min(len(left), 8) <= len(LOST.findall(text)) <= int(how[4]) or
            how[1] == "formatted", f"not all are named: {text}")
    told(text, bank, found, busy=(), broken=broken)
    if how[1] in ("formatted", "empty"):
        require(not whole & {block.slot for block in history.blocks.values()},
                f"given up, with undamaged blocks: {text}")
        return "cold"
    if missing or broken:
        return "degraded"
    return "benign" if image[:METADATA] == good[:METADATA] else "recovered"


@pytest.mark.timeout(120 + FLIPS.rounds)
def test_damaged_banks(machines, plugin, build, output, arch):
    """Each start is from one damaged bank."""
    machine = Judge(machines, plugin, build).start()
    history = Clerk(machines, plugin, 100, FLIPS.chance.randrange(1 << 31))
    history.earlier = [image for _, image in history.images(
        sorted(FLIPS.chance.sample(range(history.begun, len(history.stores)),
                                   12)))]
    failures = []
    for number in range(FLIPS.rounds):
        bank = bytearray(history.last)
        kind = KINDS[number % len(KINDS)]
        kind(bank, FLIPS.chance, history)
        try:
            outcome = judge(history, bytes(bank),
                            *machine.boot(bytes(bank)))
        except (Wrong, Damaged, Hang) as error:
            outcome = "hang" if isinstance(error, Hang) else "corrupt"
            failures.append(f"{number} {kind.__name__}: {error}")
        FLIPS.note(outcome)
    machine.close()
    FLIPS.write(output, arch)
    assert not failures, "\n".join(failures[:10])


@pytest.mark.skipif(not IMAGES.long or ARCH != "x86_64",
                    reason="the host's programs run it; one is enough")
@pytest.mark.timeout(0)
def test_damaged_images(output):
    """The same and decay, on the host."""
    wanted = IMAGES.rounds * IMAGES_FACTOR
    done = subprocess.run(
        [output / "host" / "fast" / "cut_flips"], text=True, check=False,
        capture_output=True, env={**os.environ, "SEED": str(IMAGES.seed),
                                  "FLIPS_IMAGES": str(wanted)})
    sums = SUM.findall(done.stdout)
    images = sum(int(row[1]) for row in sums)
    wrong = sum(int(row[4]) + int(row[5]) for row in sums)
    IMAGES.note("degraded", images - wrong)
    IMAGES.note("corrupt", wrong)
    IMAGES.figures = {"kinds": sums}
    IMAGES.write(output, "host")
    assert done.returncode == 0, done.stdout + done.stderr
    assert images >= wanted and IMAGES.nothing_lost()
