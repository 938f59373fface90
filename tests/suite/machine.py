# SPDX-License-Identifier: BSD-2-Clause
"""A machine that runs Reprise: QEMU, its console and its monitor.

The command is the one of `make run` (tools/run.py); only the console goes to
a socket instead of a terminal.  Everything has a time limit.  A panic that no
test asked for fails whatever waits for something else, at once, and the
failure shows the end of the console's transcript.
"""

import contextlib
import importlib.util
import json
import os
import queue
import re
import shlex
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pexpect
from pexpect import fdpexpect

import lines
import partial

ROOT = Path(__file__).resolve().parents[2]

# Seconds.  QEMU interprets every instruction here, on busy machines too.
LIMIT = 30
QUIET_LIMIT = 3
LIMIT_BOOT = {"kernel": 60, "bios": 90, "uefi": 120, "uboot": 90}

TRANSCRIPT_SHOWN = 60  # lines, in a failure

NEVER = r"(?!)"  # matches nothing

# Time is counted in instructions, eight nanoseconds each, and goes on at once
# where nobody runs: a host that stands still does not make a heart stop.
STEADY = ["-icount", "shift=3,sleep=off"]


def load_run():
    """tools/run.py as a module: what is tested is what people run."""
    path = ROOT / "tools" / "run.py"
    spec = importlib.util.spec_from_file_location("run", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


run = load_run()


# The processor that is tested, and which of its machines unless a test says.
ARCH = os.environ.get("ARCH", "x86_64")
BOARD = {"x86_64": "pc", "aarch64": "virt"}[ARCH]

# The ways to boot that lead through different firmware.
PATHS = {"pc": ["kernel", "bios", "uefi"], "virt": ["kernel", "uboot"]}[BOARD]

# Where RAM begins, of machines whose RAM can be a file.
RAM_START = {"pc": 0, "virt": 0x40000000}


class ConsoleError(AssertionError):
    """The console did not say what it should have said."""


class Console(fdpexpect.fdspawn):
    """The machine's serial line.  A thread reads it, so that QEMU never waits
    for a test that looks elsewhere: while it waits for the line, its monitor
    does not answer either."""

    def __init__(self, line, **options):
        super().__init__(line.fileno(), **options)
        self.queue = queue.Queue()
        threading.Thread(target=self.fetch, args=(line,), daemon=True).start()

    def fetch(self, line):
        """Moves what comes into the queue; nothing in it is its end."""
        with contextlib.suppress(OSError):
            while data := line.recv(65536):
                self.queue.put(data)
        self.queue.put(b"")

    def read_nonblocking(self, size=1, timeout=-1):
        """As pexpect wants it, but for size: all that came at a time."""
        limit = self.timeout if timeout == -1 else timeout
        try:
            data = self.queue.get(timeout=limit and max(limit, 0))
            while data and not self.queue.empty():
                more = self.queue.get()
                data += more
                if not more: # the end comes again, after what was before it
                    self.queue.put(more)
                    break
        except queue.Empty:
            raise pexpect.TIMEOUT("nothing came") from None
        if not data:
            self.queue.put(data)
            self.flag_eof = True
            raise pexpect.EOF("the line is closed")
        text = self._decoder.decode(data, final=False)
        self._log(text, "read")
        return text


class Monitor:
    """QEMU's control socket (QMP)."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(LIMIT)
        self.socket.connect(str(path))
        self.file = self.socket.makefile("rw")
        self.file.readline()
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        """Runs a command; events in between are skipped."""
        text = json.dumps({"execute": command, "arguments": arguments})
        self.file.write(text + "\n")
        self.file.flush()
        while True:
            answer = json.loads(self.file.readline())
            if "error" in answer:
                raise RuntimeError(f"{command}: {answer['error']}")
            if "return" in answer:
                return answer["return"]

    def close(self):
        self.file.close()
        self.socket.close()


class Machine:
    """One QEMU.  folder holds what its board boots from (medium_of());
    whatever the machine needs besides is put there."""

    def __init__(self, folder, boot="kernel", memory="256M", cmdline="",
                 name="machine", flags=(), ram_file=False, board=BOARD,
                 properties="", cpu="max"):
        self.folder = folder
        self.boot_path = boot
        self.memory = memory
        self.cmdline = cmdline
        self.name = name
        self.flags = list(flags)
        self.board = board
        self.properties = properties
        self.cpu = cpu
        self.ram = folder / "ram" if ram_file else None
        if self.ram:
            self.ram.touch()
            os.truncate(self.ram, int(memory.rstrip("M")) << 20)
        self.log = (folder / "console.log").open("w+", encoding="utf-8",
                                                 errors="replace")
        self.panics_expected = 0
        self.panics_allowed = False
        self.port = 0
        self.process = self.console = self.monitor = self.socket = None

    # ---- Life ---------------------------------------------------------------

    def words(self):
        """The QEMU command: that of make run, with our console."""
        options = run.arguments_of(
            ["--build", str(self.folder), "--boot", self.boot_path,
             "--memory", self.memory, "--cmdline", self.cmdline,
             "--board", self.board, "--machine", self.properties,
             "--cpu", self.cpu])
        words = run.command(options)
        at = words.index("-serial")
        words[at:at + 2] = [
            "-chardev", "socket,id=console,host=127.0.0.1,"
                        f"port={self.port},nodelay=on",
            "-serial", "chardev:console"]
        if "-monitor" not in words:
            words += ["-monitor", "none"]
        words += ["-qmp", f"unix:{self.folder}/monitor,server=on,wait=off"]
        if self.ram:
            words += ["-object", "memory-backend-file,id=ram,share=on,"
                      f"size={self.memory},mem-path={self.ram}",
                      "-machine", "memory-backend=ram"]
        return words + self.flags

    def start(self):
        """Switches the machine on."""
        (self.folder / "monitor").unlink(missing_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
            self.log.write(shlex.join(self.words()) + "\n")
            self.switch_on(listener)
        self.console = Console(self.socket, encoding="utf-8",
                               codec_errors="replace", timeout=LIMIT)
        self.console.logfile_read = self.log
        return self

    def switch_on(self, listener):
        """Starts QEMU, which connects its console to us.  By TCP, whose
        buffers hold megabytes: of a Unix socket's, 280 single bytes are the
        end, and the kernel gives a line up that takes nothing for a while
        (drivers/uart16550.c): a test that stood still so long lost text."""
        # pylint: disable-next=consider-using-with
        self.process = subprocess.Popen(
            self.words(), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        listener.settimeout(0.1)
        deadline = time.monotonic() + LIMIT
        while True:
            with contextlib.suppress(TimeoutError):
                self.socket, _ = listener.accept()
                self.socket.settimeout(None)
                return
            if self.process.poll() is not None:
                raise ConsoleError("QEMU did not start: "
                                   + self.process.stderr.read().decode())
            if time.monotonic() > deadline:
                raise ConsoleError("QEMU does not connect its console")

    def connect(self, sock, path):
        """Connects to a socket that QEMU is about to make."""
        deadline = time.monotonic() + LIMIT
        while True:
            with contextlib.suppress(OSError):
                sock.connect(str(path))
                return
            if self.process.poll() is not None:
                raise ConsoleError("QEMU did not start: "
                                   + self.process.stderr.read().decode())
            if time.monotonic() > deadline:
                raise ConsoleError(f"QEMU made no socket {path}")
            time.sleep(0.02)

    def qmp(self):
        """The monitor, connected at its first use."""
        if not self.monitor:
            self.monitor = Monitor(self.folder / "monitor")
        return self.monitor

    def wait(self, limit=LIMIT):
        """Waits until QEMU has ended; its exit status as make run has it."""
        with contextlib.suppress(pexpect.EOF, pexpect.TIMEOUT):
            self.console.expect(pexpect.EOF, timeout=limit)
        try:
            return run.result(self.process.wait(limit))
        except subprocess.TimeoutExpired:
            raise self.error("the machine is still on") from None

    def close(self):
        """Switches the machine off; complains about what no test saw.  What
        it said last is read when it is off: else it might go on for ever."""
        if self.monitor:
            self.monitor.close()
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stderr.close()
        self.drain()
        if self.socket:
            self.socket.close()
        panics = self.panics()
        text = self.transcript()
        self.log.close()
        if self.ram:
            self.ram.unlink(missing_ok=True)
        if len(panics) > self.panics_expected and not self.panics_allowed:
            raise ConsoleError(f"unexpected {panics[self.panics_expected]!r}"
                               f"\n{text}")

    def drain(self):
        """Reads what the console has said and nobody waited for."""
        if self.console:
            with contextlib.suppress(pexpect.EOF, pexpect.TIMEOUT, OSError):
                while True:
                    self.console.read_nonblocking(4096, timeout=0.05)

    # ---- Console ------------------------------------------------------------

    def text(self):
        """All that the console has said so far."""
        self.log.flush()
        with open(self.log.name, encoding="utf-8", errors="replace") as log:
            return log.read()

    def panics(self):
        """The panic lines so far."""
        return lines.PANIC_ANYWHERE.findall(self.text().replace("\r", ""))

    def transcript(self):
        """The end of the console's text, and how to do the same by hand."""
        shown = self.text().replace("\r", "").splitlines()
        command = (f"make run ARCH={ARCH} BOARD={self.board} "
                   f"BOOT={self.boot_path} MEM={self.memory} CPU={self.cpu} "
                   f"MACHINE={self.properties} "
                   f"CMDLINE={shlex.quote(self.cmdline)}")
        return "\n".join(["---- console ----",
                          *shown[-TRANSCRIPT_SHOWN:],
                          "---- by hand: " + command,
                          f"---- all of it: {self.log.name}"])

    def error(self, message):
        """An error that shows the console."""
        return ConsoleError(f"{message}\n{self.transcript()}")

    def expect(self, pattern, limit=LIMIT):
        """Waits for pattern; the match.  A panic ends the waiting."""
        assert not partial.can_be(pattern), \
            f"{pattern!r}: a group at its end may get a part of a word"
        panic = r"(?:^|[\r\n]|reprise> )panic: [^\r\n]*[\r\n]"
        if self.panics_allowed:
            panic = NEVER
        patterns = [pattern, panic, pexpect.EOF, pexpect.TIMEOUT]
        found = self.console.expect(patterns, timeout=limit)
        if found == 0:
            return self.console.match
        what = ["", "the kernel panicked", "the machine went off",
                f"nothing like it within {limit} s"][found]
        raise self.error(f"waiting for {pattern!r}: {what}")

    def expect_all(self, patterns, limit=LIMIT):
        """Waits for all patterns, in this order."""
        return [self.expect(pattern, limit) for pattern in patterns]

    def expect_panic(self, pattern=lines.PANIC, limit=LIMIT):
        """Waits for a panic that is wanted."""
        found = self.console.expect(
            [pattern, pexpect.EOF, pexpect.TIMEOUT], timeout=limit)
        if found != 0:
            raise self.error(f"no panic like {pattern!r}")
        self.panics_expected += 1
        return self.console.match

    def boot(self):
        """Switches the machine on and waits for the prompt."""
        self.start()
        self.prompt(LIMIT_BOOT[self.boot_path])
        return self

    def prompt(self, limit=LIMIT):
        """Waits for the prompt; the text before it."""
        self.expect(lines.PROMPT, limit)
        return self.console.before.replace("\r", "")

    def type(self, line):
        """Types a line and its Enter key."""
        self.console.send(line + "\r")

    def command(self, line, limit=LIMIT):
        """Runs a command; what was printed until the next prompt.  What the
        console said before is gone.  Others may print while the line is
        echoed, so its letters are looked for in order, not in a row."""
        self.quiet()
        self.type(line)
        self.expect("(?s)" + ".*?".join(map(re.escape, line)) + ".*?\n",
                    limit)
        return self.prompt(limit)

    def quiet(self):
        """Waits until the console is silent, so that no prompt is on its way,
        and forgets what it said.  Some are never silent."""
        deadline = time.monotonic() + QUIET_LIMIT
        with contextlib.suppress(pexpect.TIMEOUT, pexpect.EOF):
            while time.monotonic() < deadline:
                self.console.read_nonblocking(4096, timeout=0.1)
        self.console.buffer = ""

    def gone(self, name, limit=LIMIT):
        """Waits until no actor of that name is listed."""
        deadline = time.monotonic() + limit
        while re.search(rf"^ +\d+ {name} ", self.command("aps"), re.M):
            if time.monotonic() > deadline:
                raise self.error(f"{name} is still there")

    # ---- Memory, when RAM is a file -----------------------------------------

    def flip(self, address, bit=0):
        """Flips one bit of physical memory."""
        with self.ram.open("r+b") as ram:
            ram.seek(address - RAM_START[self.board])
            byte = ram.read(1)[0]
            ram.seek(-1, os.SEEK_CUR)
            ram.write(bytes([byte ^ 1 << bit]))

    def fill(self, address, data):
        """Overwrites physical memory."""
        with self.ram.open("r+b") as ram:
            ram.seek(address - RAM_START[self.board])
            ram.write(data)

    def find(self, data, start, size):
        """The physical addresses at which data lies in a range."""
        with self.ram.open("rb") as ram:
            ram.seek(start - RAM_START[self.board])
            memory = ram.read(size)
        found, at = [], memory.find(data)
        while at >= 0:
            found.append(start + at)
            at = memory.find(data, at + 1)
        return found


def make_archive(build, target, sysadm=None, extra=()):
    """Makes an archive like the build's, with another sysadm.ini or more
    files: a dictionary from names to paths."""
    entries = dict(word.split("=", 1) for word in
                   (build / "archive.list").read_text().split())
    if sysadm is not None:
        path = target.with_suffix(".sysadm")
        path.write_text(sysadm)
        entries["sysadm.ini"] = str(path)
    entries.update(dict(extra))
    words = [f"{name}={path}" for name, path in entries.items()]
    subprocess.run([sys.executable, "tools/mkarchive.py", str(target), *words],
                   cwd=ROOT, check=True, timeout=LIMIT)


def make_medium(folder, board, boot, cmdline):
    """Makes what the machine boots from, of the folder's kernel and
    archive: a disk for U-Boot, else the ISO."""
    kernel = run.BOARDS[board][3]
    tool, medium = ("tools/mkiso", "reprise.iso")
    if boot == "uboot":
        tool = "tools/mkuboot"
        medium = "sdcard.img" if board == "rpi3" else "uboot.img"
    subprocess.run([tool, str(folder / medium), str(folder / kernel),
                    str(folder / "archive.cpio"), cmdline],
                   cwd=ROOT, check=True, timeout=LIMIT,
                   stdout=subprocess.DEVNULL)


def medium_of(build, board):
    """What a loader takes for a board: paths of the kernel, and of the tree
    for a machine that brings none."""
    folder = build if board == BOARD else build / board
    kernel = folder / run.BOARDS[board][3]
    return [kernel] + sorted(folder.glob("*.dtb"))


def link(source, target):
    """A file that is another one, too."""
    os.symlink(Path(source).resolve(), target)
