# SPDX-License-Identifier: BSD-2-Clause
"""Cards and disks: what is on them."""

import struct
import subprocess
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / "tools"
MIB = 1 << 20


def make_card(folder, name="card.img"):
    """A card with two files; its path."""
    (folder / "kernel8.img").write_bytes(b"kernel" * 1000)
    (folder / "some.txt").write_text("words\n")
    card = folder / name
    subprocess.run([TOOLS / "mkcard", card, "64", folder / "kernel8.img",
                    f"deep/er.txt={folder / 'some.txt'}"], check=True)
    return card


def test_card_has_its_files(tmp_path):
    card = make_card(tmp_path)
    assert card.stat().st_size == 64 * MIB
    for name, data in (("kernel8.img", b"kernel" * 1000),
                       ("deep/er.txt", b"words\n")):
        done = subprocess.run(["mtype", "-i", f"{card}@@1M", f"::{name}"],
                              check=True, stdout=subprocess.PIPE)
        assert done.stdout == data


def test_card_has_one_bootable_partition(tmp_path):
    sector = make_card(tmp_path).read_bytes()[:512]
    status, kind, start, size = struct.unpack_from("<B3xB3xII", sector, 446)
    assert (status, kind) == (0x80, 0x0c)
    assert (start + size) * 512 == 64 * MIB
    assert sector[462:] == bytes(48) + b"\x55\xaa"


def test_same_files_same_card(tmp_path):
    first = make_card(tmp_path, "one.img").read_bytes()
    assert first == make_card(tmp_path, "two.img").read_bytes()
