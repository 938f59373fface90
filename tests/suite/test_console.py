# SPDX-License-Identifier: BSD-2-Clause
"""The commands of init, and the editing of their lines."""

import re

import pytest

import lines

COMMANDS = ["help", "arun", "aps", "akill", "pmm", "mem", "retention", "dmesg",
            "uptime", "restart", "reboot", "poweroff", "panic", "version"]


def test_help(machine):
    text = machine.command("help")
    assert [name for name in COMMANDS
            if not re.search(rf"^  {name} ", text, re.M)] == []
    assert "-g" in machine.command("help arun")


@pytest.mark.parametrize("line,complaint", [
    ("arnu hello", r'unknown command "arnu" \(did you mean "arun"\?\)'),
    ("frobnicate", r'unknown command "frobnicate" \(help lists them\)'),
    ("arun", "arun: usage: arun "),
    ("arun nothing", 'arun: no file "nothing" in the archive'),
    ("arun sysadm.ini", "arun: sysadm.ini: not an actor image"),
    ("arun -x hello", 'arun: unknown option "-x": -g \\[gid\\] and -t'),
    ("arun -g 99 hello", 'arun: no group "99": groups are 0 .. 15'),
    ("arun " + "x" * 24, "arun: .* at most 23 bytes"),
    ("akill", "akill: usage: akill "),
    ("akill nobody", 'akill: no actor "nobody"'),
    ("akill 99999", "akill: no actor has aid 99999"),
    ("akill -g 99", 'akill: no group "99": groups are 0 .. 15'),
    ("pmm", "pmm: usage: pmm list | show"),
    ("pmm show nothing", 'pmm: no block "nothing"'),
    ("pmm free nothing", 'pmm: no block "nothing"'),
    ("pmm free -k nothing", 'pmm: no block has the key "nothing"'),
    ("pmm free __SYS.supervisor", "pmm: __SYS.supervisor belongs to the"),
    ("retention fill", "retention: this ends everything .*fill now"),
    ("retention fill it", "retention: usage: retention "),
    ("retention report all", "retention: usage: retention "),
    ("pmm free -k", "pmm: usage: pmm list | show"),
    ("help me", 'help: unknown command "me"'),
    ("arun 'hello", "a quote is not closed"),
] + [(f"{name} x", f"{name}: takes no arguments") for name in (
    "aps", "maps", "mem", "quota", "dmesg", "uptime", "sup", "crashlog",
    "reboot", "poweroff", "lockup", "version")])
def test_complaints(machine, line, complaint):
    complaint = complaint.replace("list | show", r"list \| show")
    assert re.search(complaint, machine.command(line))


def test_aps(machine):
    text = machine.command("aps")
    head = text.splitlines()[0].split()
    assert head == ["AID", "NAME", "GROUP", "KIND", "LIFE", "BAD",
                    "NEXT", "BLOCKS", "MEMORY", "STATE"]
    assert re.search(r"\d+ supervisor +- boot +0 .*running", text)
    assert re.search(r"\d+ init +- boot +0 .*running", text)


def columns(table):
    """Where the words of a table's heads end: numbers end there, too."""
    head = table.splitlines()[0]
    return {word.group(): word.end() for word in re.finditer(r"\S+", head)}


def test_columns_of_a_large_machine(machines):
    """Gigabytes fit into them; and no line ends with blanks."""
    machine = machines(memory="3G").boot()
    machine.type("arun -g 15 hello")
    machine.expect("hello: back again")
    machine.gone("hello")
    tables = {name: machine.command(name) for name in
              ("help", "aps", "quota", "pmm list", "sup", "crashlog")}
    ragged = [line for text in tables.values()
              for line in text.splitlines() if line != line.rstrip()]
    assert ragged == []
    table = tables["quota"].partition("\n")[2]
    ends = columns(table)
    for name in ("REGIONS", "THREADS", "BLOCKS"):
        assert all(re.search(r"/\d+$", row[:ends[name]])
                   for row in table.splitlines()[1:])


def test_help_has_two_columns(machine):
    """A synopsis that is too long for its own has a line of its own."""
    for line in machine.command("help").splitlines():
        assert re.match(r"  (\S.{35} \S| {37}\S|pmm list )", line), line
    assert re.search(r"^  pmm list .*-k KEY\}\r?\n {39}look at ",
                     machine.command("help pmm"), re.M)


def test_one_restart_is_not_several(machine):
    assert "0 restarts of the site" in machine.command("uptime")
    machine.type("restart")
    machine.expect(lines.BOOT_WARM)
    machine.prompt()
    assert re.search("1 restart of the site", machine.command("uptime"))


def test_akill_by_name_and_by_aid(machine):
    machine.type("arun spin")
    aid = machine.expect(lines.STARTED)["aid"]
    machine.expect("spin: round and round")
    machine.command(f"akill {aid}")
    assert "spin" not in machine.command("aps")
    machine.type("arun spin")
    machine.expect("spin: round and round")
    machine.command("akill spin")
    assert "spin" not in machine.command("aps")


def test_pmm(machine):
    machine.type("arun blocks put box some-text")
    machine.expect("blocks: box at 0x")
    machine.gone("blocks")
    listed = machine.command("pmm list")
    assert re.search(r"^box +4K 0x[0-9a-f]+ +blocks +0", listed, re.M)
    shown = machine.command("pmm show box")
    assert "some-text" in shown
    assert "73 6f 6d 65 2d" in shown
    # Looking has changed nothing: it can be had, and looked at again.
    assert machine.command("pmm list") == listed
    machine.type("arun blocks get box")
    machine.expect("blocks: box at 0x[0-9a-f]+ holds some-text")
    machine.gone("blocks")
    assert "some-text" in machine.command("pmm show box")
    machine.command("pmm free box")
    assert "box" not in machine.command("pmm list")


def test_pmm_free_by_key(machine):
    machine.type("arun blocks put one 1")
    machine.expect("blocks: one at")
    machine.type("arun blocks put two 2")
    machine.expect("blocks: two at")
    machine.command("pmm free -k k")
    listed = machine.command("pmm list")
    assert "one" not in listed and "two" not in listed


def test_figures(machine):
    memory = machine.command("mem")
    assert re.search(r"memory: \d+ KiB, \d+ KiB free", memory)
    assert re.search(r"bank: +1024 KiB|bank: +\d+ KiB, \d+ KiB free", memory)
    assert re.search(r"up \d+\.\d{3} s", machine.command("uptime"))
    assert re.search(lines.VERSION, machine.command("version"))
    assert re.search(lines.BANNER, machine.command("dmesg"))


def test_line_editing(machine):
    machine.console.send("vezz\b\brsion\r")
    machine.expect(lines.VERSION)
    machine.prompt()
    machine.console.send("rubbish\x15version\r")
    machine.expect(lines.VERSION)
    machine.prompt()
    machine.console.send("rubbish\x03")
    machine.expect(r"\^C")
    machine.prompt()
    machine.console.send("version\r\n")
    machine.expect(lines.VERSION)
    machine.prompt()
    machine.console.send("version\n")
    machine.expect(lines.VERSION)
    assert "unknown command" not in machine.text()


def test_typed_ahead(machine):
    machine.console.send("version\ruptime\rversion\r")
    machine.expect_all([lines.VERSION, r"up \d+", lines.VERSION])


def test_init_comes_back(machine):
    machine.type("arun -g 1 counter")
    machine.expect("counter: fresh start")
    machine.type("akill init")
    machine.expect(lines.INIT_BACK)
    machine.prompt()
    assert len(re.findall(r"\d+ counter ", machine.command("aps"))) == 1


def test_quiet_but_for_panics(machines):
    """What the kernel says is in its log, and not on the line."""
    machine = machines(cmdline="console.quiet=1").boot()
    machine.type("arun faults null")
    machine.gone("faults")
    machine.quiet()
    assert "fault: faults" not in machine.text()
    assert re.search(lines.fault("faults", lines.NULL),
                     machine.command("dmesg"))
    machine.type("panic")
    machine.expect_panic()
    machine.expect(lines.BOOT_WARM)
    machine.prompt()
