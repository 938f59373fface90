# SPDX-License-Identifier: BSD-2-Clause
"""Loaders that get it wrong: no device tree, a damaged one, a wrong place.
The kernel says what is missing where its board has its serial line."""

import struct

import pytest

from machine import ARCH

pytestmark = pytest.mark.skipif(ARCH != "aarch64",
                                reason="this processor's loaders bring no tree")

NO_TREE = r"boot: no device tree: "
TREE_AT = 0x48000000
NODES_FIELD = 8     # where the header has the offset of the nodes

# mov x0, TREE_AT; mov x1, 0; mov x2, 0x40200000; br x2
STUB = struct.pack("<4I", 0xd2a90000, 0xd2800001, 0xd2a80402, 0xd61f0040)


def loaded_by_hand(machine, tree):
    """The machine, with a loader of ours in the place of QEMU's."""
    made = machine.words
    for name, data in (("stub", STUB), ("tree", tree)):
        (machine.folder / name).write_bytes(data)

    def command():
        words = made()
        for option in ("-kernel", "-initrd", "-append"):
            at = words.index(option)
            words[at:at + 2] = []
        for name, address in (("Image", 0x40200000), ("stub", 0x47000000),
                              ("tree", TREE_AT)):
            words += ["-device", f"loader,file={machine.folder / name},"
                                 f"addr={address},force-raw=on"]
        return words + ["-device", "loader,addr=0x47000000,cpu-num=0"]
    machine.words = command
    return machine.start()


@pytest.fixture(name="tree")
def dumped_tree(machines):
    """The tree that QEMU makes for this machine."""
    machine = machines(properties="dumpdtb=tree.dtb")
    machine.properties = f"dumpdtb={machine.folder / 'tree.dtb'}"
    machine.start()
    machine.wait()
    return (machine.folder / "tree.dtb").read_bytes()


def test_no_tree(machines):
    machine = machines(board="rpi3")
    made = machine.words

    def command():
        words = made()
        at = words.index("-dtb")
        return words[:at] + words[at + 2:]
    machine.words = command
    machine.start()
    machine.expect(NO_TREE)
    assert machine.wait() == 1


def test_whole_tree_by_hand(machines, tree):
    """The way that the next tests go is one that works: what is missing is
    the archive, which nobody has loaded."""
    machine = loaded_by_hand(machines(), tree)
    machine.expect("boot: no archive of actors: ")
    assert machine.wait() == 1


def test_damaged_tree(machines, tree):
    nodes, = struct.unpack_from(">I", tree, NODES_FIELD)
    damaged = bytearray(tree)
    damaged[nodes + 8:nodes + 12] = b"\xff" * 4  # the first property
    machine = loaded_by_hand(machines(), bytes(damaged))
    machine.expect(NO_TREE + "it has a damaged token")
    assert machine.wait() == 1


def test_cut_tree(machines, tree):
    machine = loaded_by_hand(machines(), tree[:64] + bytes(len(tree) - 64))
    machine.expect(NO_TREE)
    assert machine.wait() == 1


def test_garbage_for_a_tree(machines):
    machine = loaded_by_hand(machines(), bytes(range(256)) * 64)
    machine.expect(NO_TREE + "it does not begin with the magic word")
    assert machine.wait() == 1


def test_wrong_place(machines):
    """An image that asks for one place and is linked for another."""
    machine = machines()
    image = machine.folder / "Image"
    data = bytearray(image.read_bytes())
    struct.pack_into("<Q", data, 8, 0x280000)
    image.unlink()
    image.write_bytes(data)
    machine.start()
    machine.expect("the loader put the image where it cannot run")
    assert machine.wait() == 1
