# SPDX-License-Identifier: BSD-2-Clause
"""The ISO as the image of a USB stick, on both kinds of firmware."""

import pytest

from machine import BOARD

pytestmark = pytest.mark.skipif(BOARD != "pc", reason="a medium for PCs")

LIMIT_BOOT = 150  # seconds; firmware reads USB sticks slowly under QEMU


@pytest.mark.parametrize("boot", ["usb", "usb-uefi"])
def test_usb_stick(machines, boot):
    machine = machines(boot=boot, cmdline="pmm.maxBlocks=7")
    machine.start()
    machine.prompt(LIMIT_BOOT)
    assert 'command line "pmm.maxBlocks=7"' in machine.text()
    machine.type("arun hello")
    machine.expect("hello: my first life")
    machine.type("poweroff")
    assert machine.wait() == 0
