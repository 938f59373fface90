# SPDX-License-Identifier: BSD-2-Clause
"""The monitor on the host: addresses become places in the source."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("O", ROOT / "build"),
             os.environ.get("ARCH", "x86_64")).resolve()
KERNEL = BUILD / "kernel.elf"
BOARD = {"x86_64": "pc", "aarch64": "virt"}[BUILD.name]
LIMIT = 60


def load():
    spec = importlib.util.spec_from_file_location(
        "monitor", ROOT / "tools/monitor.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


monitor = load()


def address_of(image, symbol):
    text = subprocess.run(["nm", image], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return int(re.search(rf"^([0-9a-f]+) \w {symbol}$", text, re.M)[1], 16)


@pytest.fixture(name="shown")
def screen_output():
    """A screen, and what it has shown."""
    out = bytearray()
    decoder = monitor.Decoder(KERNEL, BUILD / "actors")
    return monitor.Screen(decoder, out.extend), out


def test_address_of_an_actor(shown):
    screen, out = shown
    at = address_of(BUILD / "actors/faults.elf", "die_null")
    screen.feed(b"reprise> fault: faults (aid 3, thread 1): page fault\r\n")
    screen.feed(f"  at 0x{at:x} die_null+0x0\r\n".encode())
    assert re.search(rb"die_null\+0x0  user/examples/faults\.c:\d+\r\n", out)


def test_address_of_the_kernel(shown):
    screen, out = shown
    at = address_of(KERNEL, "kmain")
    screen.feed(f"panic: asked for\r\n  at 0x{at:x} kmain+0x0\r\n".encode())
    assert re.search(rb"kmain\+0x0  kernel/main\.c:\d+\r\n", out)


def test_lines_in_pieces_and_strangers(shown):
    screen, out = shown
    text = (b"  at 0x400000 before any report\r\nfault: nobody (aid 1, thread"
            b" 1): x\r\n  at 0x400000 of no image\r\nprompt> ")
    for i in range(len(text)):
        screen.feed(text[i:i + 1])
    assert bytes(out) == text


def test_machine_and_quit_key():
    command = [sys.executable, "tools/monitor.py", "--kernel", str(KERNEL),
               "--actors", str(BUILD / "actors"), "--",
               sys.executable, "tools/run.py", "--board", BOARD,
               "--build", str(BUILD),
               "--archive", str(BUILD / "archive.cpio")]
    child = pexpect.spawn(command[0], command[1:], cwd=ROOT, timeout=LIMIT,
                          encoding="utf-8", codec_errors="replace")
    child.expect("Ctrl-] quits")
    child.expect("reprise> ")
    child.send("arun faults null\r")
    child.expect(r"die_null\+0x[0-9a-f]+  user/examples/faults\.c:\d+")
    child.send("\x1d")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
