# SPDX-License-Identifier: BSD-2-Clause
"""What the system says on its console, as regular expressions.

The only place that knows the wording: a test that needs a line names it.
Groups are named.  A pattern never crosses a line.
"""

import re

PROMPT = r"reprise> "

# ---- Options of the kernel's command line -----------------------------------

PANIC_STOPS = "panic=halt"          # a panic ends the machine, no restart
PANIC_AT_START = "test.panic=init"  # a panic at the end of each start
PANIC_EARLY = "test.panic=early"    # ... before there is a bank

# ---- The kernel, at boot ----------------------------------------------------

BANNER = r"Reprise \S+"
BOOT_MEMORY = r"memory: [^\r\n]*"
BANK = r"bank: (?P<text>[^\r\n]*)"
BANK_PLACE = r"bank: [^\r\n]*\b(?:at|from) 0x(?P<base>[0-9a-f]+)"
BANK_EMPTY = r"bank: [^\r\n]*\b(?:empty|formatted)\b[^\r\n]*"
BANK_KEPT = r"bank: [^\r\n]*\bkept\b[^\r\n]*"
BANK_SALVAGED = r"bank: [^\r\n]*\bsalvaged\b[^\r\n]*"
BANK_ABSENT = r"bank: [^\r\n]*\b(?:absent|none)\b[^\r\n]*"
LAST_WORDS_NONE = r"last words: none"
LAST_WORDS = r"last words: (?P<text>(?!none)[^\r\n]+)"
ARCHIVE = r"archive: \d+ files?[^\r\n]*"
ARCHIVE_BAD = r"archive: [^\r\n]*(?:damaged|missing|none|no )[^\r\n]*"

# ---- The kernel, when things go wrong ---------------------------------------

PANIC = r"panic: (?P<text>[^\r\n]*)"
WARM_RESTART = r"(?:warm restart|restart of the site)[^\r\n]*"
LOOP_RESET = r"[^\r\n]*restarts in a row[^\r\n]*"
LOOP_STOP = r"[^\r\n]*resets in a row[^\r\n]*"

# An unexpected panic: the marker at the start of a line, whether or not a
# prompt stands before it.  Last words quote an old one in mid-line.
PANIC_ANYWHERE = re.compile(r"^(?:reprise> )?panic: [^\r\n]*", re.M)


def fault(actor, kind):
    """A fault report's first line: the actor by name, the fault in words."""
    return rf"{actor}\b[^\r\n]*{kind}[^\r\n]*"


NULL = r"(?:null|page fault|no memory|nothing there)"
DIVIDE = r"divi"
STACK = r"stack overflow"
EXECUTE = r"(?:execut|not executable|fetch)"
WRITE_TEXT = r"(?:read-only|write)"
ILLEGAL = r"(?:illegal|undefined|invalid) (?:instruction|opcode)"
PROTECTION = r"(?:protection|page fault|not canonical|kernel|address)"


def frame(function):
    """A line of a backtrace, with a symbol."""
    return rf"{function}\+0x[0-9a-f]+"


# ---- The supervisor and init ------------------------------------------------

SUPERVISOR_READY = r"supervisor: ready; registered: (?P<count>\d+)"
SUPERVISOR_BACK = r"supervisor: back, restart (?P<restart>\d+) of itself"
STARTED = r"Started aid = (?P<aid>\d+)"
INIT_BACK = r"init: back, restart \d+ of itself"


def started(actor):
    """The supervisor's line about a first life."""
    return rf"supervisor: {actor} \(aid (?P<aid>\d+), group \d+\) started"


def restarted(actor, restart=r"\d+"):
    """The supervisor's line about a restart, with the reason."""
    return (rf"supervisor: {actor} \(aid (?P<aid>\d+), group \d+\) "
            rf"restarted, restart {restart}: (?P<why>[^\r\n]+)")


def back(actor):
    """The supervisor's line about a life after a restart of the site."""
    return (rf"supervisor: {actor} \(aid (?P<aid>\d+), group \d+\) "
            r"back after a restart of the site")


def group_ended(group):
    """The supervisor's line about the end of a group."""
    return rf"supervisor: group {group} ended"
