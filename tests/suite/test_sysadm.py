# SPDX-License-Identifier: BSD-2-Clause
"""sysadm.ini: what init does at each start."""

import lines


def test_lines_run_in_order(machines):
    machine = machines(sysadm="# a comment\n\narun blocks put a 1\r\n"
                              "   arun blocks put b 2 # and another\n").boot()
    machine.expect_all(["blocks: a at", "blocks: b at"])


def test_wrong_lines_are_reported(machines):
    machine = machines(sysadm="arun spin\n\narnu hello\narun nothing\n"
                              "pmm 'list\nversion\n").start()
    machine.expect(r'sysadm.ini:3: unknown command "arnu" '
                   r'\(did you mean "arun"\?\)')
    machine.expect(r'sysadm.ini:4: arun: no file "nothing" in the archive')
    machine.expect(r"sysadm.ini:5: a quote is not closed")
    machine.expect(lines.VERSION)
    machine.prompt()


def test_last_line_without_an_end(machines):
    machine = machines(sysadm="arun blocks put a 1").boot()
    machine.expect("blocks: a at")


def test_groups_are_not_started_twice(machines):
    machine = machines(sysadm="arun -g 1 counter\narun spin\n").boot()
    machine.expect("counter: fresh start")
    machine.type("restart")
    machine.expect(lines.back("counter"))
    machine.expect("init: sysadm.ini: 1 lines? with arun -g skipped")
    machine.expect("spin: round and round")
    listed = machine.command("aps")
    assert listed.count(" counter ") == 1
    assert listed.count(" spin ") == 1


def test_no_sysadm(machines):
    machine = machines(sysadm=None).boot()
    machine.command("version")
