# SPDX-License-Identifier: BSD-2-Clause
"""Listening to a machine for hours: line by line, each looked at once."""

import pexpect


LINE_MAX = 4096 # what babbles longer than that has said a line


class Silence(Exception):
    """Nothing was said for too long."""


class Gone(Exception):
    """The machine is off."""


class Talk:
    """The lines of a machine's console."""

    def __init__(self, machine):
        self.machine = machine
        self.rest = machine.console.buffer or ""
        machine.console.buffer = ""
        self.ready = []

    def line(self, silence=30):
        """The next line; Silence if there is none for so many seconds."""
        while not self.ready:
            try:
                text = self.machine.console.read_nonblocking(
                    65536, timeout=silence)
            except pexpect.TIMEOUT:
                registers = self.machine.qmp().ask(
                    "human-monitor-command",
                    **{"command-line": "info registers"})
                raise Silence(registers) from None
            except pexpect.EOF:
                raise Gone from None
            *self.ready, self.rest = (self.rest + text).replace(
                "\r", "").split("\n")
            if not self.ready and len(self.rest) > LINE_MAX:
                self.ready, self.rest = [self.rest], ""
        return self.ready.pop(0)

    def until(self, pattern, silence=30, each=None):
        """Reads until a line has the pattern; its match.  each sees every
        line."""
        while True:
            line = self.line(silence)
            if each:
                each(line)
            found = pattern.search(line)
            if found:
                return found
