#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A console that reads addresses: `make monitor`.

Runs the machine, or listens to a serial device, and shows what it says.  Where
a report of a fault or a panic names an address, the file and the line of the
source follow.  Ctrl-] quits, as telnet does; all other keys are the machine's.

    monitor.py --kernel kernel.elf --actors FOLDER -- COMMAND...
    monitor.py --kernel kernel.elf --actors FOLDER --device /dev/ttyUSB0
"""

import argparse
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import tty
from pathlib import Path

QUIT = 0x1d  # Ctrl-]
REPORT = re.compile(
    r"(?:^|> )(?:fault: (?P<actor>\S+) \(aid|(?P<panic>panic:))")
ADDRESS = re.compile(r"^ +at 0x(?P<pc>[0-9a-f]+)\b")
KERNEL_START = 1 << 63


class Decoder:
    """Knows whose addresses the lines are about, and finds their source."""

    def __init__(self, kernel, actors, tool="addr2line"):
        self.kernel = Path(kernel)
        self.actors = Path(actors)
        self.tool = tool
        self.actor = None
        self.first = False

    def image(self, address):
        """The image with debugging information that an address is of."""
        if address >= KERNEL_START:
            return self.kernel
        if self.actor:
            return self.actors / f"{self.actor}.elf"
        return None

    def place(self, address):
        """file:line of an address, or None."""
        image = self.image(address)
        if not image or not image.exists():
            return None
        # Behind the first address are those that calls return to.
        wanted = address if self.first else address - 1
        done = subprocess.run(
            [self.tool, "-e", str(image), hex(wanted)], check=False,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        found = done.stdout.strip().split(" ")[0]
        return None if not found or "?" in found else found.removeprefix("./")

    def line(self, text):
        """What is to be said behind a whole line, or ""."""
        report = REPORT.search(text)
        if report:
            self.actor = report["actor"]
            self.first = True
            return ""
        found = ADDRESS.match(text)
        if not found:
            return ""
        place = self.place(int(found["pc"], 16))
        self.first = False
        return f"  {place}" if place else ""


class Screen:
    """Passes bytes on, and adds to lines before they end."""

    def __init__(self, decoder, out):
        self.decoder = decoder
        self.out = out
        self.text = b""

    def feed(self, data):
        """Takes bytes from the machine."""
        for byte in (data[i:i + 1] for i in range(len(data))):
            if byte in b"\r\n":
                if self.text:
                    more = self.decoder.line(
                        self.text.decode("utf-8", "replace"))
                    self.out(more.encode())
                self.text = b""
            else:
                self.text += byte
            self.out(byte)


def open_device(path, speed):
    """A serial device, raw."""
    try:
        device = os.open(path, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(device)
    except OSError as error:
        sys.exit(f"monitor: {path}: {error.strerror}")
    except termios.error:
        sys.exit(f"monitor: {path}: not a serial line")
    state = termios.tcgetattr(device)
    state[4] = state[5] = getattr(termios, f"B{speed}")
    termios.tcsetattr(device, termios.TCSANOW, state)
    return device


def start(command):
    """Runs a command at a terminal of its own; its process and our end."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    # pylint: disable-next=consider-using-with
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs,
                               stderr=theirs, start_new_session=True)
    os.close(theirs)
    return process, ours


def pump(machine, screen):
    """Carries bytes both ways until one side ends, or Ctrl-]."""
    sources = [machine, sys.stdin.fileno()]
    while True:
        ready, _, _ = select.select(sources, [], [])
        if machine in ready:
            try:
                data = os.read(machine, 4096)
            except OSError:  # the other end of a terminal has gone
                data = b""
            if not data:
                return
            screen.feed(data)
            sys.stdout.buffer.flush()
        if sys.stdin.fileno() in ready:
            keys = os.read(sys.stdin.fileno(), 256)
            if not keys:
                sources.remove(sys.stdin.fileno())
            if bytes([QUIT]) in keys:
                return
            os.write(machine, keys)


def arguments_of(line):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--actors", required=True)
    parser.add_argument("--device")
    parser.add_argument("--speed", default="115200")
    parser.add_argument("command", nargs="*")
    options = parser.parse_args(line)
    if bool(options.device) == bool(options.command):
        parser.error("either --device or a command")
    return options


def main(line):
    options = arguments_of(line)
    screen = Screen(Decoder(options.kernel, options.actors),
                    sys.stdout.buffer.write)
    process = saved = None
    if options.device:
        machine = open_device(options.device, options.speed)
    else:
        process, machine = start(options.command)
    if sys.stdin.isatty():
        saved = termios.tcgetattr(sys.stdin)
        tty.setraw(sys.stdin)
    # Now, and not sooner: what comes before both lines are raw is dropped.
    print("Ctrl-] quits\r", flush=True)
    try:
        pump(machine, screen)
    finally:
        if saved:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, saved)
        if process and process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
        print()


if __name__ == "__main__":
    main(sys.argv[1:])
