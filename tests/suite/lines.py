# SPDX-License-Identifier: BSD-2-Clause
"""What the system says on its console, as regular expressions.

The only place that knows the wording: a test that needs a line names it.
Groups are named.  A pattern never crosses a line; one that takes the rest of
its line ends with REST or EOL, since lines may arrive in pieces.
"""

import re

PROMPT = r"reprise> "
EOL = r"(?=[\r\n])"
REST = r"[^\r\n]*" + EOL

# ---- Options of the kernel's command line -----------------------------------

PANIC_STOPS = "panic=stop"          # a panic ends the machine, no restart
PANIC_AT_START = "test.fault=panic" # a panic at the end of each start
NO_BANK = "pmm.rambankSize=0"

# ---- The kernel, at boot ----------------------------------------------------

BANNER = r"Reprise \S+, \w+, [^\r\n]+\s+boot: "
VERSION = r"Reprise [^\r\n]*(?:x86_64|aarch64)"
BOOT_COLD = r"boot: by [^,\r\n]+, \d+ MiB of RAM"
BOOT_WARM = r"boot: warm restart \d+ in place: (?P<why>[^\r\n]*)" + EOL
COMMAND_LINE = r'boot: command line "(?P<text>[^"\r\n]*)"'
BANK = r"bank: \d+ KiB at 0x(?P<base>[0-9a-f]+): (?P<how>\w+)" + REST
BANK_EMPTY = r"bank: \d+ KiB at \w+: empty" + REST
BANK_FORMATTED = r"bank: \d+ KiB at \w+: formatted" + REST
BANK_KEPT = r"bank: \d+ KiB at \w+: kept" + REST
BANK_SALVAGED = r"bank: \d+ KiB at \w+: salvaged" + REST
BANK_ABSENT = r"bank: none" + REST
BROKEN_SEAL = (r"bank: broken seal: (?P<name>\S+): its contents are not those "
               r"that were sealed" + EOL)
LAST_WORDS_NONE = r"last words: none"
LAST_WORDS = r"last words: (?P<text>(?!none|damaged)[^\r\n]+)" + EOL
KERNEL_MEMORY = r"kernel: \d+ KiB of RAM free"
ARCHIVE_BAD = r"boot: no archive of actors: " + REST

# ---- The kernel, when things go wrong ---------------------------------------

PANIC = r"panic: (?P<text>[^\r\n]*)" + EOL
LOOP_RESET = r"site: \d+ restarts in a row have not helped"
LOOP_STOP = r"site: \d+ resets in a row have not helped either"

# An unexpected panic: the marker at the start of a line, whether or not a
# prompt stands before it.  Last words quote an old one in mid-line.
PANIC_ANYWHERE = re.compile(r"^(?:reprise> )?panic: [^\r\n]*", re.M)


def fault(actor, kind):
    """A fault report's first line: the actor by name, the fault in words."""
    return rf"fault: {actor} \(aid \d+, thread \d+\): {kind}"


NULL = r"page fault \w+ 0x[0-9a-f]+, a NULL pointer or near one"
DIVIDE = r"division by zero"
STACK = r"page fault writing [^\r\n]*: stack overflow"
EXECUTE = r"page fault executing 0x[0-9a-f]+, in the data"
WRITE_TEXT = r"page fault writing 0x[0-9a-f]+, in the text"
WRITE_CONSTANTS = r"page fault writing 0x[0-9a-f]+, in the constants"
ILLEGAL = r"illegal instruction"
KERNEL = r"page fault writing 0x[0-9a-f]+, not an address of an actor"
RESERVED = r"page fault writing 0x[0-9a-f]+, in reserved addresses"
BEYOND = r"page fault writing 0x[0-9a-f]+, (?:0x[0-9a-f]+ below|above every)"


def frame(function):
    """A line of a backtrace, with a symbol."""
    return rf"{function}\+0x[0-9a-f]+"


# ---- The supervisor and init ------------------------------------------------

SUPERVISOR_READY = r"supervisor: ready; registered: (?P<count>\d+)" + EOL
SUPERVISOR_BACK = r"supervisor: back, restart (?P<restart>\d+) of itself"
STARTED = r"Started aid = (?P<aid>\d+)" + EOL
INIT_BACK = r"init: back, restart \d+ of itself"

# ---- The command retention --------------------------------------------------

RANGE = (r"^  0x(?P<start>[0-9a-f]+) \.\. 0x(?P<last>[0-9a-f]+) +\d+K  "
         r"(?P<what>kept whole|kept with \d+ flipped bits|lost)$")
RETENTION_TOTAL = (r"^kept whole: (?P<whole>\d+)K; kept with (?P<bits>\d+) "
                   r"flipped bits: (?P<flipped>\d+)K; lost: (?P<lost>\d+)K$")
PLACE = (r"^  0x(?P<start>[0-9a-f]+) \.\. 0x(?P<last>[0-9a-f]+), with "
         r"pmm\.base=(?P<base>0x[0-9a-f]+)$")


def started(actor):
    """The supervisor's line about a first life."""
    return rf"supervisor: {actor} \(aid (?P<aid>\d+), group \d+\) started"


def restarted(actor, restart=r"\d+"):
    """The supervisor's line about a restart, with the reason."""
    return (rf"supervisor: {actor} \(aid (?P<aid>\d+), group \d+\) "
            rf"restarted, restart {restart}: (?P<why>[^\r\n]+)" + EOL)


def back(actor):
    """The supervisor's line about a life after a restart of the site."""
    return (rf"supervisor: {actor} \(aid (?P<aid>\d+), group \d+\) "
            r"back after a restart of the site")


def group_ended(group):
    """The supervisor's line about the end of a group."""
    return rf"supervisor: group {group} ended"
