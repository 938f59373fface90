# SPDX-License-Identifier: BSD-2-Clause
"""tools/flash: every refusal from both sides, and what is written.

No hardware is touched: the device is a regular file, and what the system says
of it lies in a folder made up for the test."""

import importlib.machinery
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools/flash"
GIB = 1 << 30


def load():
    """The tool, which has no suffix, as a module."""
    loader = importlib.machinery.SourceFileLoader("flash", str(TOOL))
    spec = importlib.util.spec_from_loader("flash", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


flash = load()

MOUNTS = """22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
23 22 0:21 / /proc rw,nosuid - proc proc rw
"""
SWAPS = "Filename\tType\t\tSize\tUsed\tPriority\n"


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


class World:
    """A stick of 4 GiB, sdb, with two partitions, which nobody uses, and an
    image.  The tests change one thing each."""

    def __init__(self, folder, monkeypatch):
        self.root = folder / "root"
        self.device = folder / "sdb"
        self.image = folder / "image.iso"
        self.device.write_bytes(bytes(3 << 20))
        self.image.write_bytes(os.urandom((1 << 20) + 1000))
        self.sys = self.root / "sys/dev/block/8:16"
        put(self.sys / "uevent", "MAJOR=8\nMINOR=16\nDEVNAME=sdb\n")
        put(self.sys / "dev", "8:16\n")
        put(self.sys / "removable", "1\n")
        put(self.sys / "ro", "0\n")
        put(self.sys / "device/vendor", "Acme    \n")
        put(self.sys / "device/model", "Stick 3\n")
        for number in (1, 2):
            part = self.sys / f"sdb{number}"
            put(part / "partition", f"{number}\n")
            put(part / "dev", f"8:{16 + number}\n")
            put(part / "uevent", f"DEVNAME=sdb{number}\n")
        self.has_size(4 * GIB)
        self.mountinfo(MOUNTS)
        self.swaps(SWAPS)
        monkeypatch.setattr(flash, "block_number",
                            lambda path: "8:16" if Path(path) == self.device
                            else None)

    def has_size(self, size):
        put(self.sys / "size", f"{size // 512}\n")

    def mountinfo(self, text):
        put(self.root / "proc/self/mountinfo", text)

    def swaps(self, text):
        put(self.root / "proc/swaps", text)

    def run(self, *flags, answer="sdb"):
        """Does it; the question asked."""
        asked = []

        def ask(question):
            asked.append(question)
            return answer

        options = flash.arguments_of(
            [*flags, str(self.device), str(self.image)])
        flash.flash(options, self.root, ask)
        return asked

    def refused(self, *flags, **others):
        """The words with which it refuses; the device is as it was."""
        before = self.device.read_bytes()
        with pytest.raises(flash.Refused) as caught:
            self.run(*flags, **others)
        assert self.device.read_bytes() == before
        return str(caught.value)

    def written(self):
        size = self.image.stat().st_size
        return self.device.read_bytes()[:size] == self.image.read_bytes()


@pytest.fixture
def world(tmp_path, monkeypatch):
    return World(tmp_path, monkeypatch)


# ---- Writing ----------------------------------------------------------------

def test_writes_and_says_so(world, capsys):
    asked = world.run()
    assert world.written()
    assert world.device.read_bytes()[world.image.stat().st_size:] == bytes(
        (3 << 20) - (1 << 20) - 1000)
    assert "sdb" in asked[0]
    said = capsys.readouterr().out
    assert "sdb: Acme Stick 3, 4.3 GB" in said
    assert "sdb holds " in said


def test_what_is_larger_than_a_piece(world, monkeypatch):
    monkeypatch.setattr(flash, "PIECE", 4096)
    world.run("--yes")
    assert world.written()


def test_wrong_name_typed(world):
    assert "not its name" in world.refused(answer="sda")
    assert "not its name" in world.refused(answer="")
    world.run(answer=" sdb\n")
    assert world.written()


def test_nobody_there_to_type(world):
    def ask(_):
        raise EOFError
    options = flash.arguments_of([str(world.device), str(world.image)])
    with pytest.raises(flash.Refused, match="not its name"):
        flash.flash(options, world.root, ask)


def test_yes_asks_nothing(world):
    assert world.run("--yes", answer="no") == []
    assert world.written()


@pytest.mark.parametrize("place", [0, 5000, (1 << 20) + 999])
def test_damage_is_found(world, monkeypatch, place):
    """A device that takes everything and gives back something else."""
    honest = flash.write

    def write(device, image, exclusive):
        honest(device, image, exclusive)
        with open(device, "r+b") as file:
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ 1]))

    monkeypatch.setattr(flash, "write", write)
    with pytest.raises(flash.Refused, match=f"byte {place} came back"):
        world.run("--yes")


def test_end_of_device_is_found(world, monkeypatch):
    """A device that has less than it says."""
    honest = flash.write

    def write(device, image, exclusive):
        honest(device, image, exclusive)
        os.truncate(device, 1 << 19)

    monkeypatch.setattr(flash, "write", write)
    with pytest.raises(flash.Refused, match=f"byte {1 << 19} came back"):
        world.run("--yes")


# ---- Refusals: what stands against it, and the flag for it -------------------

def mounted_partition(world):
    world.mountinfo(MOUNTS + "30 22 8:17 / /media/stick rw - vfat /dev/sdb1"
                    " rw\n")


def mounted_whole(world):
    world.mountinfo(MOUNTS + "30 22 8:16 / /mnt rw shared:2 - ext4 /dev/sdb"
                    " rw\n")


def mounted_under_another_number(world):
    """As btrfs does."""
    world.mountinfo(MOUNTS + "30 22 0:55 / /mnt rw - btrfs /dev/sdb2 rw\n")


def mounted_under_another_name(world):
    world.mountinfo(MOUNTS + "30 22 8:18 / /boot rw - ext4 /dev/root rw\n")


def swap(world):
    world.swaps(SWAPS + "/dev/sdb2 partition\t1024\t0\t-2\n")


def held(world):
    put(world.sys / "sdb2/holders/dm-0", "")


def held_whole(world):
    put(world.sys / "holders/md127", "")


def fixed(world):
    put(world.sys / "removable", "0\n")


def large(world):
    world.has_size(64 * GIB + 512)


def partition(world):
    put(world.sys / "partition", "1\n")


REFUSALS = [
    (mounted_partition, "in use: /dev/sdb1 is mounted at /media/stick",
     "--allow-in-use"),
    (mounted_whole, "in use: /dev/sdb is mounted at /mnt", "--allow-in-use"),
    (mounted_under_another_number, "in use: /dev/sdb2 is mounted at /mnt",
     "--allow-in-use"),
    (mounted_under_another_name, "in use: /dev/root is mounted at /boot",
     "--allow-in-use"),
    (swap, "in use: /dev/sdb2 is swap space", "--allow-in-use"),
    (held, "in use: sdb2 is a part of dm-0", "--allow-in-use"),
    (held_whole, "in use: sdb is a part of md127", "--allow-in-use"),
    (fixed, "is not removable", "--allow-fixed"),
    (large, "has 64 GiB, more than 64", "--allow-large"),
    (partition, "is a partition", "--allow-partition"),
]
FLAGS = sorted({flag for _, _, flag in REFUSALS})


@pytest.mark.parametrize("change, words, flag", REFUSALS)
def test_refusal_and_its_flag(world, change, words, flag):
    change(world)
    refusal = world.refused()
    assert words in refusal and flag in refusal
    assert len(refusal.splitlines()) == 1
    # Another flag does not help, nor does --yes; its own does.
    others = [other for other in FLAGS if other != flag]
    assert words in world.refused("--yes", *others)
    world.run(flag)
    assert world.written()


def test_every_reason_is_told_at_once(world):
    for change in (mounted_partition, swap, fixed, large):
        change(world)
    assert len(world.refused().splitlines()) == 4
    world.run("--allow-in-use", "--allow-fixed", "--allow-large")
    assert world.written()


def test_limits_are_sharp(world):
    world.has_size(64 * GIB)
    world.run()
    assert world.written()


def test_neighbours_do_not_count(world):
    """Another disk whose name or number begins in the same way."""
    world.mountinfo(MOUNTS + "30 22 8:160 / /mnt rw - ext4 /dev/sdbb1 rw\n")
    world.swaps(SWAPS + "/dev/sdbb2 partition\t1024\t0\t-2\n")
    world.run()
    assert world.written()


def test_card_in_its_slot_is_removable(world):
    fixed(world)
    put(world.sys / "device/type", "SD\n")
    world.run()
    assert world.written()


def test_soldered_card_is_not(world):
    fixed(world)
    put(world.sys / "device/type", "MMC\n")
    assert "not removable" in world.refused()


# ---- Refusals that no flag lifts ---------------------------------------------

def test_device_smaller_than_the_image(world):
    size = (1 << 20) + 1024
    world.image.write_bytes(bytes(size))
    world.has_size(size - 512)
    assert "does not fit" in world.refused(*FLAGS)
    world.has_size(size)
    world.run()
    assert world.written()


def test_write_protected(world):
    put(world.sys / "ro", "1\n")
    assert "write-protected" in world.refused(*FLAGS)


def test_image_missing_or_empty(world):
    world.image.write_bytes(b"")
    assert "is empty" in world.refused(*FLAGS)
    world.image.unlink()
    assert "no such image" in world.refused(*FLAGS)
    world.image.mkdir()
    assert "no such image" in world.refused(*FLAGS)


def test_no_such_device(world):
    world.device.rename(world.device.with_name("sdc"))
    options = flash.arguments_of([str(world.device), str(world.image)])
    with pytest.raises(flash.Refused, match="no such device"):
        flash.flash(options, world.root)


def test_not_a_device_for_blocks(world, monkeypatch):
    monkeypatch.undo()
    assert "not a device for blocks" in world.refused(*FLAGS)


def test_unknown_to_the_system(world):
    world.sys.rename(world.sys.with_name("9:16"))
    assert "knows no device 8:16" in world.refused(*FLAGS)


# ---- The real thing, as far as it can be asked without harm -----------------

def test_block_number_of_what_is_none(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path, "/dev/null"):
        assert flash.block_number(path) is None


def test_every_real_device_can_be_looked_at():
    for folder in sorted(Path("/sys/dev/block").glob("*")):
        device = flash.Device(folder.name)
        assert device.name == folder.resolve().name.replace("!", "/")
        assert device.size >= 0 and device.model()
        assert all(isinstance(use, str) for use in device.uses())


@pytest.mark.parametrize("words, said", [
    (["", "image"], "no such image"),
    (["", str(TOOL)], "no device is named"),
    (["/dev/null", str(TOOL)], "not a device for blocks"),
])
def test_command_refuses_in_words(words, said):
    done = subprocess.run([sys.executable, TOOL, "--", *words], check=False,
                          capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("refused: ") and said in done.stderr


def losetup(*words):
    """What losetup prints, None if it cannot be had here."""
    try:
        return subprocess.run(["losetup", *words], check=True, text=True,
                              capture_output=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def loop_works():
    """Whether a file can be made a device here: that takes root."""
    device = losetup("-f", "--show", str(TOOL))
    return device is not None and losetup("-d", device) is not None


if loop_works():
    def test_real_device(tmp_path):
        disk, image = tmp_path / "disk", tmp_path / "image"
        disk.write_bytes(bytes(4 << 20))
        image.write_bytes(os.urandom((1 << 20) + 512))
        device = losetup("-f", "--show", str(disk))
        command = [sys.executable, TOOL, "--yes", device, image]
        try:
            refused = subprocess.run(command, check=False, text=True,
                                     capture_output=True)
            done = subprocess.run([*command, "--allow-fixed"], check=False,
                                  text=True, capture_output=True)
        finally:
            losetup("-d", device)
        assert refused.returncode == 1 and "not removable" in refused.stderr
        assert done.returncode == 0, done.stderr
        assert disk.read_bytes()[:(1 << 20) + 512] == image.read_bytes()
