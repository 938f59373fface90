# SPDX-License-Identifier: BSD-2-Clause
"""Cards and disks: what is on them, and what flash refuses."""

import struct
import subprocess
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
MIB = 1 << 20
GIB_SECTORS = 1 << 21


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


class Stick:
    """A file that flash takes for a USB stick, and the system's word on it."""

    def __init__(self, folder, size=2 * MIB):
        self.device = folder / "sdx"
        self.device.write_bytes(bytes(size))
        self.image = folder / "image"
        self.image.write_bytes(bytes(range(256)) * 4096)
        self.facts = folder / "sys" / "sdx"
        self.facts.mkdir(parents=True)
        (self.facts / "size").write_text(f"{size // 512}\n")
        (self.facts / "removable").write_text("1\n")
        self.mounts = folder / "mounts"
        self.mounts.write_text("proc /proc proc rw 0 0\n")

    def flash(self, *more, file=True):
        """Runs flash; its exit status and what it said."""
        words = [TOOLS / "flash", self.device, self.image, "--yes",
                 "--sys", self.facts.parent, "--mounts", self.mounts, *more]
        done = subprocess.run(words + ["--file"] * file, check=False,
                              text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        return done.returncode, done.stdout


@pytest.fixture(name="stick")
def made_stick(tmp_path):
    return Stick(tmp_path)


def test_flash_writes_and_compares(stick):
    status, said = stick.flash()
    assert status == 0, said
    assert "read back and compared" in said
    image = stick.image.read_bytes()
    assert stick.device.read_bytes()[:len(image)] == image


def refused(stick, *more, **others):
    """What flash said when it refused; nothing may have been written."""
    before = stick.device.read_bytes()
    status, said = stick.flash(*more, **others)
    assert status == 1, said
    assert stick.device.read_bytes() == before
    return said


def test_flash_refuses_what_is_mounted(stick):
    stick.mounts.write_text(f"{stick.device}1 /home/me vfat rw 0 0\n")
    assert "is mounted at /home/me" in refused(stick)
    refused(stick, "--any")


def test_flash_refuses_what_is_fixed(stick):
    (stick.facts / "removable").write_text("0\n")
    said = refused(stick)
    assert "is not removable" in said and "ANY=1" in said
    assert stick.flash("--any")[0] == 0


def test_flash_refuses_what_is_large(stick):
    (stick.facts / "size").write_text(f"{500 * GIB_SECTORS}\n")
    assert "500 GiB" in refused(stick)
    assert stick.flash("--any")[0] == 0


def test_flash_refuses_what_is_too_small(stick):
    (stick.facts / "size").write_text("8\n")
    assert "larger than" in refused(stick, "--any")


def test_flash_refuses_a_partition(stick):
    (stick.facts / "partition").write_text("1\n")
    assert "name the whole device" in refused(stick, "--any")


def test_flash_refuses_a_file(stick):
    assert "no device for blocks" in refused(stick, file=False)


def test_flash_refuses_no_image(stick):
    stick.image.unlink()
    assert "is no image" in refused(stick)


def test_flash_asks(stick):
    words = [TOOLS / "flash", stick.device, stick.image, "--sys",
             stick.facts.parent, "--mounts", stick.mounts, "--file"]
    done = subprocess.run(words, check=False, stdin=subprocess.DEVNULL,
                          text=True, capture_output=True)
    assert done.returncode == 1
    assert "Nothing was written" in done.stderr
    assert not any(stick.device.read_bytes())
