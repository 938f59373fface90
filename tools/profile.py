#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Where the instructions go: a path of an actor and of the kernel, by function.

It steps a machine that QEMU emulates, one instruction at a time, from one call
of a function of the actor's, the mark, to the next, and counts where each
instruction lies.  Boot with a stub for gdb, and let it wait:

    make run QEMUFLAGS="-icount shift=0,sleep=off -gdb tcp::1234 -S"
    tools/profile.py --kernel build/x86_64/kernel.elf --actor my.elf --mark mark

and start the actor, which calls mark() before each round of what is measured.
The kernel and the actor must be those that run, with their symbols.
"""

import argparse
import bisect
import collections
import re
import socket
import struct
import subprocess
import sys

# Number of the program counter among gdb's registers, by ELF machine.
PROGRAM_COUNTER = {62: 16, 183: 32}
KERNEL_HALF = 1 << 63
MARK_BYTES = 64  # that tell the actor from others with the same addresses


class Stub:
    """QEMU's end of gdb's remote protocol."""

    def __init__(self, port):
        self.socket = socket.create_connection(("localhost", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def ask(self, text):
        """Sends one packet and returns the answer."""
        check = sum(text.encode()) & 0xff
        self.socket.sendall(f"${text}#{check:02x}".encode())
        while self.file.read(1) != b"$":
            pass
        answer = bytearray()
        while (byte := self.file.read(1)) != b"#":
            if not byte:
                sys.exit("the machine has gone")
            answer += byte
        self.file.read(2)
        self.socket.sendall(b"+")
        return answer.decode()

    def counter(self, number):
        """The program counter: the registers come all at once, in order."""
        text = self.ask("g")[number * 16:number * 16 + 16]
        return int.from_bytes(bytes.fromhex(text), "little")

    def memory(self, address, size):
        """Bytes at an address, or none where nothing is mapped."""
        answer = self.ask(f"m{address:x},{size:x}")
        return b"" if answer.startswith("E") else bytes.fromhex(answer)


class Symbols:
    """The functions of an ELF file."""

    def __init__(self, path):
        listing = subprocess.run(["nm", "-n", path], check=True, text=True,
                                 stdout=subprocess.PIPE).stdout
        found = re.findall(r"^([0-9a-f]+) [tTwW] (?!\$)(\S+)$", listing,
                           re.MULTILINE)
        self.places = [int(address, 16) for address, _ in found]
        self.names = [name for _, name in found]

    def name(self, address):
        """The function around an address."""
        at = bisect.bisect(self.places, address) - 1
        return self.names[at] if at >= 0 else hex(address)

    def address(self, name):
        """Where a function begins."""
        if name not in self.names:
            sys.exit(f"no function {name!r}")
        return self.places[self.names.index(name)]


def code_at(path, address):
    """The first bytes of a function in an ELF file."""
    with open(path, "rb") as file:
        data = file.read()
    table, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for i in range(count):
        kind, _, offset, start, _, length = struct.unpack_from(
            "<IIQQQQ", data, table + i * size)
        if kind == 1 and start <= address < start + length:
            at = offset + address - start
            return data[at:min(at + MARK_BYTES, offset + length)]
    return sys.exit(f"{path}: nothing at {address:#x}")


def machine_of(path):
    """The number of the processor in an ELF file."""
    with open(path, "rb") as file:
        return struct.unpack_from("<H", file.read(20), 18)[0]


def wait_for_mark(stub, options, mark):
    """Lets the machine run until the actor is at the mark."""
    code = code_at(options.actor, mark)
    stub.ask(f"Z1,{mark:x},4")
    while True:
        stub.ask("c")
        if stub.memory(mark, len(code)) == code:
            break
        stub.ask("s")  # another actor, with the same address
    stub.ask(f"z1,{mark:x},4")


def round_steps(stub, register, mark, names):
    """Counts the instructions up to the mark, by function."""
    counts = collections.Counter()
    pc = mark
    while True:
        half = "kernel" if pc & KERNEL_HALF else "actor"
        counts[half, names[half].name(pc)] += 1
        stub.ask("s")
        pc = stub.counter(register)
        if pc == mark:
            return counts


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kernel", required=True, help="its ELF file")
    parser.add_argument("--actor", required=True, help="its ELF file")
    parser.add_argument("--mark", default="mark", help="a function of it")
    parser.add_argument("--skip", type=int, default=3,
                        help="rounds that are not counted (3)")
    parser.add_argument("--rounds", type=int, default=4,
                        help="rounds that are (4)")
    parser.add_argument("--port", type=int, default=1234)
    options = parser.parse_args()

    register = PROGRAM_COUNTER[machine_of(options.kernel)]
    names = {"kernel": Symbols(options.kernel),
             "actor": Symbols(options.actor)}
    mark = names["actor"].address(options.mark)
    stub = Stub(options.port)
    wait_for_mark(stub, options, mark)
    for _ in range(options.skip):
        round_steps(stub, register, mark, names)
    total = collections.Counter()
    for _ in range(options.rounds):
        total += round_steps(stub, register, mark, names)
    stub.ask("D")
    print(f"{sum(total.values()) / options.rounds:10.1f}  a round")
    for (half, name), count in total.most_common():
        print(f"{count / options.rounds:10.1f}  {half:6}  {name}")


if __name__ == "__main__":
    main()
