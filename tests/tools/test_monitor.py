# SPDX-License-Identifier: BSD-2-Clause
"""The monitor on the host: addresses become places in the source."""

import importlib.util
import os
import pty
import re
import select
import subprocess
import sys
import termios
import tty
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


@pytest.fixture(name="line")
def serial_line():
    """A pair of terminals, as a serial line: our end, and the name of the
    other.  A second hold on that one keeps the line when the monitor ends."""
    ours, theirs = pty.openpty()
    tty.setraw(ours)
    yield ours, os.ttyname(theirs), theirs
    os.close(ours)
    os.close(theirs)


def read_until(fd, wanted):
    """What comes on the line until it ends in wanted."""
    text = b""
    while not text.endswith(wanted):
        ready, _, _ = select.select([fd], [], [], LIMIT)
        assert ready, f"only {text!r} came"
        text += os.read(fd, 256)
    return text


def test_device(line):
    """A board at a serial line, by the command that people use: bytes go both
    ways, addresses become places, and the quit key leaves the line open."""
    ours, name, theirs = line
    child = pexpect.spawn(
        "make", ["--no-print-directory", f"ARCH={BUILD.name}",
                 f"O={BUILD.parent}", "monitor", f"DEVICE={name}"],
        cwd=ROOT, timeout=LIMIT, encoding="utf-8", codec_errors="replace")
    child.expect("Ctrl-] quits")
    at = address_of(BUILD / "actors/faults.elf", "die_null")
    os.write(ours, b"reprise> fault: faults (aid 3, thread 1): x\r\n"
             + f"  at 0x{at:x} die_null+0x0\r\n".encode())
    child.expect(r"die_null\+0x0  user/examples/faults\.c:\d+")
    child.send("aps\r\x03\x7f")
    # As they were typed: no terminal in between takes them for its own.
    assert read_until(ours, b"\x7f") == b"aps\r\x03\x7f"
    child.send("\x1d")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    speed = termios.tcgetattr(theirs)[4]
    assert speed == termios.B115200


def test_device_that_is_not_there(tmp_path):
    done = subprocess.run(
        [sys.executable, "tools/monitor.py", "--kernel", str(KERNEL),
         "--actors", str(BUILD / "actors"), "--device",
         str(tmp_path / "nothing")], cwd=ROOT, check=False, text=True,
        stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT)
    assert done.returncode == 1
    assert "nothing: No such file or directory" in done.stderr
    assert "Traceback" not in done.stderr


def test_device_that_is_no_line():
    done = subprocess.run(
        [sys.executable, "tools/monitor.py", "--kernel", str(KERNEL),
         "--actors", str(BUILD / "actors"), "--device", "/dev/null"],
        cwd=ROOT, check=False, text=True, stdin=subprocess.DEVNULL,
        capture_output=True, timeout=LIMIT)
    assert done.returncode == 1
    assert "/dev/null: not a serial line" in done.stderr


def test_device_that_goes_away():
    """The cable is pulled: the monitor ends by itself."""
    ours, theirs = pty.openpty()
    child = pexpect.spawn(
        sys.executable, ["tools/monitor.py", "--kernel", str(KERNEL),
                         "--actors", str(BUILD / "actors"), "--device",
                         os.ttyname(theirs)],
        cwd=ROOT, timeout=LIMIT, encoding="utf-8", codec_errors="replace")
    child.expect("Ctrl-] quits")
    os.write(ours, b"still there\r\n")
    child.expect("still there")
    os.close(theirs)
    os.close(ours)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
