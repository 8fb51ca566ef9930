"""What root runs on the Hub's machine: what lies in its way is not followed, and not believed."""

import os
import subprocess

import pytest

from support import ROOT
from support.hub.machine import HubMachine
from support.hub.running import MARKS, SITE
from support.hub.small_clone import MAKEFILE, SmallClone

pytestmark = MARKS

ACCOUNT, LESSON = "optimizers-course", "01-momentum"
STAFF, HUB = "/srv/optimizers/staff", "/srv/optimizers/hub"
EXCHANGE = "/usr/local/share/nbgrader/exchange/optimizers"
PAGE = f"feedback/{LESSON}/page.html"


@pytest.fixture
def machine():
    """Return a machine without a Hub, and with nothing installed."""
    with HubMachine() as machine:
        yield machine


@pytest.fixture
def clone(tmp_path):
    return SmallClone(tmp_path / "clone")


@pytest.fixture
def class_machine(machine):
    """Return one with the course's account, ada, bob, and the scripts."""
    machine.say("sh", "-c", f"""
      groupadd --system optimizers
      useradd --system --user-group --home-dir {STAFF}/grading --shell /bin/bash {ACCOUNT}
      mkdir -p {HUB} {STAFF}/course
      install -d -m 750 -g {ACCOUNT} {STAFF}
      install -d -m 700 -o {ACCOUNT} {STAFF}/grading
      cp -R {ROOT}/deploy/hub/. {HUB}/
      {HUB}/enrol ada bob
    """)  # fmt: skip
    return machine


def as_account(machine, script, name=ACCOUNT):
    """Run what an account could run by itself."""
    return machine.say("runuser", "-u", name, "--", "sh", "-c", f"set -e; cd ~{name}; {script}")


def hand_back(machine, script):
    """Let the account put something into a folder of pages, and root give the pages back."""
    as_account(machine, f"mkdir -p feedback && cd feedback && {script}")
    return subprocess.run(
        machine._inside(f"{HUB}/give-back", LESSON), capture_output=True, text=True, check=False
    )


def test_pages_come_to_students_and_what_the_account_cannot_read_to_nobody(class_machine):
    machine = class_machine
    machine.say("useradd", "--create-home", "stranger")  # who is in no course
    as_account(machine, f"mkdir -p {LESSON} && echo of ada alone > {LESSON}/page.html", "ada")
    done = hand_back(
        machine,
        f"mkdir -p ada/{LESSON} && echo well done > ada/{LESSON}/page.html &&"
        "cp -r ada stranger && ln -s /home/ada bob",
    )
    assert machine.say("cat", f"/home/ada/{PAGE}") == "well done"
    assert machine.say("stat", "-c", "%U %a", f"/home/ada/{PAGE}") == "ada 600"
    assert machine.say("find", "/home/bob", "/home/stranger", "-name", "page.html") == ""
    assert done.returncode == 3
    assert "stranger has no feedback" in done.stderr


def test_pages_that_could_be_read_in_part_are_named(class_machine):
    done = hand_back(class_machine, f"mkdir -p ada/{LESSON}/closed && chmod 0 ada/{LESSON}/closed")
    assert done.returncode == 3
    assert "ada has no feedback" in done.stderr


TYPES = """
import fcntl, os, termios
print(sorted(set(os.environ) - {"LC_CTYPE"}))
try:
    fcntl.ioctl(0, termios.TIOCSTI, b"x")
except OSError as error:
    print("not typed:", error.strerror)
"""


def test_what_runs_as_the_account_gets_neither_roots_variables_nor_its_terminal(class_machine):
    outer, inner = os.openpty()
    command = [f"{HUB}/as-course-account", "/usr/bin/python3", "-c", TYPES]
    with subprocess.Popen(
        ["setsid", "--ctty", *class_machine._inside(*command)],
        stdin=inner, stdout=inner, stderr=inner, env=os.environ | {"SECRET": "of root"},
    ) as process:  # fmt: skip
        assert process.wait(timeout=60) == 0
    told = os.read(outer, 10_000).decode()
    os.close(inner)
    os.close(outer)
    assert "not typed: Operation not permitted" in told
    assert "PATH" in told
    assert "SECRET" not in told


def test_an_account_is_made_for_one_person_and_an_account_that_is_there_becomes_nobodys(
    class_machine,
):
    enrol = f"{HUB}/enrol"
    class_machine.say(enrol, "--person", "lti-1", "lena")
    entry = class_machine.say("getent", "passwd", "lena").split(":")
    assert entry[4] == "lti-1"
    assert class_machine.say("passwd", "--status", "lena").split()[1] == "L"
    for name in ("lena", "ada"):
        with pytest.raises(AssertionError, match="already exists"):
            class_machine.say(enrol, "--person", "lti-2", name)
    assert "lti-2" not in class_machine.say("getent", "passwd")


def test_a_link_or_a_strangers_folder_in_place_of_the_exchange_is_not_followed(machine, clone):
    assert clone.start(machine)[0] == 0
    assert machine.say("stat", "-c", "%a %U", EXCHANGE, f"{EXCHANGE}/inbound").split() == [
        "755", ACCOUNT, "1733", ACCOUNT,
    ]  # fmt: skip
    for lies_there in (
        f"rmdir {EXCHANGE}/inbound; ln -s /home {EXCHANGE}/inbound",
        f"rm -r {EXCHANGE}; mkdir -m 777 {EXCHANGE}; chown nobody {EXCHANGE}",
        f"rm -r {EXCHANGE}; ln -s /home {EXCHANGE}",
    ):
        machine.say("sh", "-c", lies_there)
        status, said = clone.start(machine)
        assert machine.say("stat", "-c", "%a %U", "/home") == "755 root"
        assert status == 2, said
        assert f"expected a folder of {ACCOUNT}'s: {EXCHANGE}" in said


def test_after_a_run_that_failed_the_course_is_what_the_clone_holds(machine, clone):
    place = "students/notebooks/01/1.ipynb"
    assert clone.start(machine)[0] == 0
    clone.write(place, "[]")
    clone.write("students/Makefile", "setup:\n\t@false\n")
    assert clone.start(machine)[0] != 0
    clone.write(place, "{}")
    clone.write("students/Makefile", MAKEFILE)
    assert clone.start(machine)[0] == 0
    assert machine.say("cat", "/srv/optimizers/course/notebooks/01/1.ipynb") == "{}"


def test_a_file_that_git_knows_and_that_is_gone_is_named(machine, clone):
    (clone.folder / "notebooks/1.ipynb").unlink()
    status, said = clone.start(machine)
    assert (status, "notebooks/1.ipynb" in said) == (2, True)


def test_a_key_that_was_written_in_part_is_made_anew(machine, clone):
    machine.run("mkdir", "-p", STAFF)
    machine.run("mount", "-t", "tmpfs", "-o", "size=4k", "small", STAFF)
    machine.run("sh", "-c", f"head -c 4096 /dev/zero > {STAFF}/full")
    status, said = clone.start(machine)
    assert (status, "disk full" in said) == (2, True)
    machine.run("mount", "-o", "remount,size=100m", STAFF)
    assert clone.start(machine)[0] == 0
    machine.run("openssl", "pkey", "-noout", "-in", f"{STAFF}/lti-key.pem")


def test_settings_that_name_secrets_are_closed(machine, clone):
    for name in (SITE, f"{STAFF}/lti.toml"):
        machine.say("sh", "-c", f"mkdir -p {STAFF}; touch {name}; chmod 644 {name}")
    assert clone.start(machine)[0] == 0
    assert machine.say("stat", "-c", "%a %U", SITE) == "600 root"
    for name in ("lti.toml", "lti-key.pem", "launches.jsonl"):
        assert machine.say("stat", "-c", "%a %U %G", f"{STAFF}/{name}") == f"640 root {ACCOUNT}"
