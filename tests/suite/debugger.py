# SPDX-License-Identifier: BSD-2-Clause
"""A debugger for a test: lets a machine run to a function of its kernel, and
has a processor do what only an instruction can."""

from campaigns.mutate import address_of
from campaigns.stepper import Gdb
from machine import LIMIT

# Numbers of AArch64's registers in the debugger's protocol.
ARM_X0 = 0
ARM_PC = 32


class Debugger:
    """Attached to a machine, which stands then until run_to() or go()."""

    def __init__(self, machine, kernel):
        """The machine is not on yet: it is booted here."""
        path = machine.folder / "gdb"
        machine.flags += ["-gdb", f"unix:{path},server=on,wait=off"]
        machine.boot()
        self.kernel = kernel
        self.gdb = Gdb(path, machine.connect)
        assert self.gdb.packet(LIMIT) is not None
        # Who asks for this is answered about single registers.
        self.gdb.ask("qXfer:features:read:target.xml:0,10")

    def run_to(self, function, do=lambda: None):
        """Lets it run until the kernel comes to a function; do is done when it
        runs."""
        place = address_of(self.kernel, function)
        assert self.gdb.ask(f"Z1,{place:x},1") == b"OK"
        self.go()
        do()
        assert self.gdb.packet(LIMIT) is not None, f"it is never at {function}"
        assert self.gdb.ask(f"z1,{place:x},1") == b"OK"

    def go(self):
        """Lets it run."""
        self.gdb.send("c")

    def execute(self, instruction, value=0):
        """Executes one of AArch64's instructions, which works on x0, and puts
        back what it has taken for that; what x0 was then."""
        pc = self.register(ARM_PC)
        code = self.gdb.ask(f"m{pc:x},4").decode()
        x0 = self.register(ARM_X0)
        self.set_code(pc, instruction.to_bytes(4, "little").hex())
        self.set_register(ARM_X0, value)
        self.gdb.ask("s")
        result = self.register(ARM_X0)
        assert self.register(ARM_PC) == pc + 4, "it is undefined"
        self.set_code(pc, code)
        self.set_register(ARM_X0, x0)
        self.set_register(ARM_PC, pc)
        return result

    def set_code(self, address, code):
        """Writes an instruction, in hexadecimal digits."""
        assert self.gdb.ask(f"M{address:x},4:{code}") == b"OK"

    def register(self, number):
        """The value of a register."""
        return int.from_bytes(bytes.fromhex(
            self.gdb.ask(f"p{number:x}").decode()), "little")

    def set_register(self, number, value):
        """Sets a register."""
        assert self.gdb.ask(
            f"P{number:x}={value.to_bytes(8, 'little').hex()}") == b"OK"

    def close(self):
        """Lets it go for good."""
        self.gdb.close()
