# SPDX-License-Identifier: BSD-2-Clause
"""A machine whose stores to the bank are written down one by one (stores.c),
and that stops at its next opening of the bank, so that another bank can be
put under it."""

import contextlib
import mmap
import os
import socket
import struct
import subprocess
import sys
import time

from machine import LIMIT, RAM_START, ROOT, ConsoleError

BANK_SIZE = 1 << 20
BANK_START = {"pc": 0x2000000, "virt": 0x41000000}

ROOM = 1 << 20          # stores that the record has room for
HEAD = 64               # bytes before the first store
STORE = struct.Struct("<IIQQ")


class Gdb:
    """Just enough of the debugger's protocol to stop at one place."""

    def __init__(self, path, connect):
        self.socket = socket.socket(socket.AF_UNIX)
        connect(self.socket, path)
        self.buffer = b""

    def packet(self, limit):
        """The next packet that comes, or None when none does in time."""
        deadline = time.monotonic() + limit
        while True:
            start = self.buffer.find(b"$")
            end = self.buffer.find(b"#", start)
            if start >= 0 and 0 <= end <= len(self.buffer) - 3:
                data = self.buffer[start + 1:end]
                self.buffer = self.buffer[end + 3:]
                self.socket.send(b"+")
                return data
            self.socket.settimeout(max(deadline - time.monotonic(), 0.001))
            try:
                more = self.socket.recv(4096)
            except socket.timeout:
                return None
            if not more:
                raise ConsoleError("QEMU has closed the debugger's line")
            self.buffer += more

    def send(self, text):
        """Sends a packet."""
        data = text.encode()
        self.socket.send(b"$%s#%02x" % (data, sum(data) & 0xff))

    def ask(self, text, limit=LIMIT):
        """Sends a packet; the answer."""
        self.send(text)
        answer = self.packet(limit)
        assert answer is not None, f"no answer to {text}"
        return answer

    def close(self):
        """Lets go."""
        self.socket.close()


class Stepper:
    """Wraps a Machine that was made by stepper_flags()."""

    def __init__(self, make, plugin, stop_at=None, **others):
        self.machine = make(ram_file=True, **others)
        folder, board = self.machine.folder, self.machine.board
        self.offset = BANK_START[board] - RAM_START[board]
        log = folder / "stores"
        with log.open("wb") as file:
            file.truncate(HEAD + ROOM * STORE.size)
        with self.machine.ram.open("wb") as file:
            file.truncate(256 << 20)
        self.log = self.map(log)
        self.ram = self.map(self.machine.ram)
        self.machine.flags += [
            "-plugin", f"{plugin},log={log},ram={self.machine.ram},"
            f"offset={self.offset},base={BANK_START[board]},"
            f"size={BANK_SIZE},room={ROOM}"]
        self.stop_at = stop_at
        self.gdb = None
        if stop_at is not None:
            path = folder / "gdb"
            self.machine.flags += ["-S", "-gdb",
                                   f"unix:{path},server=on,wait=off"]

    @staticmethod
    def map(path):
        """A file as bytes that others see change."""
        file = os.open(path, os.O_RDWR)
        try:
            return mmap.mmap(file, 0)
        finally:
            os.close(file)

    def start(self):
        """Switches it on."""
        self.machine.start()
        return self

    def attach(self):
        """The debugger's line: from here on it stops at stop_at."""
        self.gdb = Gdb(self.machine.folder / "gdb", self.machine.connect)
        assert self.gdb.ask(f"Z1,{self.stop_at:x},4") == b"OK"
        self.gdb.send("c")

    def close(self):
        """Lets go of the debugger's line; the machine is closed by others."""
        if self.gdb:
            self.gdb.close()
        self.log.close()
        self.ram.close()

    # ---- The bank ------------------------------------------------------------

    def bank(self):
        """The bank as it is now."""
        return self.ram[self.offset:self.offset + BANK_SIZE]

    def put(self, image):
        """Puts another bank under the machine, which stands."""
        self.ram[self.offset:self.offset + BANK_SIZE] = image
        self.log[:16] = struct.pack("<QQ", 0, 1)

    def count(self):
        """How many stores have been written down."""
        return struct.unpack("<Q", self.log[:8])[0]

    def stores(self):
        """All stores since the last put(): (offset, size, value, pc)."""
        count = self.count()
        assert count < ROOM, "more stores than there is room for"
        return list(STORE.iter_unpack(self.log[HEAD:HEAD + count *
                                               STORE.size]))

    # ---- The processor -------------------------------------------------------

    def stopped(self, limit=LIMIT):
        """Waits until it stands at stop_at.  False: it does not get there."""
        answer = self.gdb.packet(limit)
        return answer is not None and answer.startswith(b"T05")

    def go(self):
        """Goes on from there: past the place first, or it stops at once."""
        assert self.gdb.ask("s").startswith(b"T05")
        self.gdb.send("c")


def replay(image, stores):
    """What stores make of a bank."""
    bank = bytearray(image)
    for offset, size, value, _ in stores:
        bank[offset:offset + size] = value.to_bytes(8, "little")[:size]
    return bank


def symbol(kernel, name):
    """Where a function of the kernel is."""
    names = subprocess.run(["nm", str(kernel)], text=True, check=True,
                           capture_output=True).stdout
    for line in names.splitlines():
        words = line.split()
        if len(words) == 3 and words[2] == name:
            return int(words[0], 16)
    raise LookupError(name)


class Symbols:
    """Which function of the kernel an address is in."""

    def __init__(self, kernel):
        names = subprocess.run(["nm", "-n", str(kernel)], text=True,
                               check=True, capture_output=True).stdout
        self.table = [(int(words[0], 16), words[2])
                      for words in map(str.split, names.splitlines())
                      if len(words) == 3 and words[1] in "tT"]

    def name(self, address):
        """The function, or "an actor"."""
        found = "an actor"
        if address >= self.table[0][0]:
            with contextlib.suppress(IndexError):
                found = [name for at, name in self.table
                         if at <= address][-1]
        return found


class Hang(Exception):
    """The machine did not get through its start."""


class Judge(Stepper):
    """A machine that starts from one bank after the other.  Each start runs
    the clerk, who says what is there and restarts the site; the next bank is
    put in place when the kernel is about to open it.  Its console is a file:
    a socket that is read late loses letters."""

    SYSADM = "arun -t clerk look again\n"
    ACTORS = ("supervisor", "init", "clerk", "blocks")

    def __init__(self, make, plugin, build, **others):
        super().__init__(make, plugin, symbol(build / "kernel.elf",
                                              "bank_open"),
                         archive=False, **others)
        self.archive(build)
        self.console = self.machine.folder / "console.text"
        self.said = 0

    def archive(self, build):
        """Only what is needed: each start reads all of the archive."""
        folder = self.machine.folder
        (folder / "sysadm.ini").write_text(self.SYSADM)
        words = [f"{name}={build / 'packed' / name}" for name in self.ACTORS]
        subprocess.run(
            [sys.executable, "tools/mkarchive.py", str(folder / "archive.cpio"),
             *words, f"sysadm.ini={folder / 'sysadm.ini'}"],
            cwd=ROOT, check=True, timeout=LIMIT)

    def words(self):
        """The machine's command, with the console in a file."""
        words = self.machine.words()
        words[words.index("-chardev") + 1] = \
            f"file,id=console,path={self.console}"
        return words

    def start(self):
        """Stands before its first opening of the bank."""
        # pylint: disable-next=consider-using-with
        self.machine.process = subprocess.Popen(
            self.words(), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.attach()
        assert self.stopped(), "the machine does not start"
        return self

    def text(self):
        """What the console has said since it was last asked."""
        with self.console.open("rb") as file:
            file.seek(self.said)
            data = file.read()
        self.said += len(data)
        return data.decode("latin-1").replace("\r", "")

    def boot(self, image, reset=False):
        """Starts from a bank, after a reset of the machine if so asked; the
        bank and the text that came of it.  Ends before the next opening."""
        self.put(image)
        if reset:
            self.machine.qmp().ask("system_reset")
            self.gdb.send("c")
            if not self.stopped() or self.bank() != image:
                raise Hang("the machine's reset has changed the bank")
        self.text()
        self.go()
        if not self.stopped():
            self.again()
            raise Hang("it does not start: " + self.text())
        return self.bank(), self.text()

    def again(self):
        """Brings a machine that hangs to its next start."""
        self.gdb.socket.send(b"\x03")
        self.gdb.packet(LIMIT)
        self.machine.qmp().ask("system_reset")
        self.gdb.send("c")
        assert self.stopped(), "not even a reset helps"
