"""From a learning platform into the Hub by LTI 1.3, and a grade back; what is forged is refused."""

import hashlib
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from support.hub.account import Account
from support.hub.running import MARKS, RUN
from support.lti_platform import CLAIM, CLIENT, INSTRUCTOR, asked_of, running_platform
from support.submissions import FULL, LESSON, NOTEBOOK, answered

pytestmark = MARKS

COURSE_ACCOUNT = "optimizers-course"
TOML = "/srv/optimizers/staff/lti.toml"


@pytest.fixture(scope="module")
def platform(installed):
    """Return a platform that the Hub knows, and that knows the Hub's key."""
    hub = installed
    with running_platform() as platform:
        describe(hub, platform.described())
        hub.kill()
        hub.start(RUN)
        platform.tool_key = only_key(f"{hub.address}/hub/lti13/jwks")
        yield platform
    hub.machine.run("rm", TOML)  # others log in by password
    hub.kill()
    hub.start(RUN)


def describe(hub, text):
    """Tell the Hub of a platform; it reads that when it starts."""
    hub.machine.write(TOML, text)
    hub.machine.run("chgrp", COURSE_ACCOUNT, TOML)
    hub.machine.run("chmod", "640", TOML)


def only_key(address):
    import jwt

    (key,) = requests.get(address, timeout=60).json()["keys"]
    return jwt.PyJWK(key).key


def launched(hub, platform, user, username, change=None, key=None, **more):
    """Follow a link on the platform, as a browser does; return the session and the last answer."""
    session = requests.Session()
    begun = session.get(
        f"{hub.address}/hub/lti13/oauth_login",
        params={
            "iss": platform.issuer,
            "login_hint": user,
            "target_link_uri": f"{hub.address}/hub/home",
            "client_id": CLIENT,
            "lti_message_hint": LESSON,
        },
        allow_redirects=False,
        timeout=60,
    )
    assert begun.status_code == 302, begun.text
    asked = asked_of(begun.headers["Location"])
    assert (asked["response_type"], asked["response_mode"]) == ("id_token", "form_post")
    assert (asked["login_hint"], asked["lti_message_hint"]) == (user, LESSON)
    claims = platform.message(asked, user, username, LESSON, **more)
    form = {"id_token": None, "state": asked["state"]}
    if change:
        change(claims, form)
    form["id_token"] = platform.signed(claims, key)
    answer = session.post(asked["redirect_uri"], data=form, timeout=60)
    return session, answer


def account(hub, session, name, server=None):
    """Return the account that a launch has logged in."""
    account = Account(hub.address, name, server)
    account.session = session
    account.take_token()
    return account


def test_a_launch_makes_an_account_and_brings_back_its_grade(installed, platform):
    hub = installed
    session, answer = launched(hub, platform, "u-1", "Lena")
    assert answer.status_code == 200, answer.text
    assert "optimizers" in hub.machine.say("id", "-nG", "lena")
    assert hub.machine.say("stat", "-c", "%a", "/home/lena") == "700"
    lena = account(hub, session, "lena")
    lena.start_server()
    assert lena.save(f"optimizers/{LESSON}/{NOTEBOOK}", answered()).ok
    assert lena.hand_in(LESSON)["success"]
    course = "/srv/optimizers/hub/as-course-account"
    hub.machine.say(course, "course", "collect", LESSON, "--platform", "exchange")
    hub.machine.say(course, "course", "grade", LESSON, "--student", "lena")
    hub.machine.say("sh", "-c", f"{course} course post {LESSON} --platform {TOML} || [ $? = 3 ]")
    (score,) = platform.scores
    assert (score["userId"], score["scoreGiven"]) == ("u-1", FULL)
    assert score["column"] == f"/columns/{LESSON}"


def test_an_instructor_of_the_platform_opens_formgrader_and_a_learner_does_not(installed, platform):
    for user, name, role, expected in (
        ("u-9", "iris", {"role": INSTRUCTOR}, 201),
        ("u-2", "otto", {}, 404),
    ):
        session, answer = launched(installed, platform, user, name, **role)
        assert answer.status_code == 200, answer.text
        person = account(installed, session, name, server=COURSE_ACCOUNT)
        place = f"{installed.address}/hub/api/users/{COURSE_ACCOUNT}/server"
        started = person.session.post(place, timeout=600).status_code
        assert started == expected or (expected == 201 and started in (202, 400))  # it runs already
    session, _ = launched(installed, platform, "u-9", "iris")  # who is a learner by now
    iris = account(installed, session, "iris", server=COURSE_ACCOUNT)
    assert iris.session.post(place, timeout=600).status_code == 404


def old_nonce(claims, form):
    claims["nonce"] = "of an earlier launch"


def other_state(claims, form):
    form["state"] = "of another browser"


def other_issuer(claims, form):
    claims["iss"] = "https://elsewhere.example.org"


def other_tool(claims, form):
    claims["aud"] = "another tool"


def other_deployment(claims, form):
    claims[f"{CLAIM}deployment_id"] = "2"


def other_course(claims, form):
    claims[f"{CLAIM}context"]["id"] = "8"


def no_course(claims, form):
    del claims[f"{CLAIM}context"]


def expired(claims, form):
    claims["exp"] = claims["iat"] - 1


def long_ago(claims, form):
    claims["iat"] -= 1200


def no_version(claims, form):
    del claims[f"{CLAIM}version"]


def nobody(claims, form):
    del claims["sub"]


def roles_in_one_text(claims, form):
    claims[f"{CLAIM}roles"] = INSTRUCTOR


FORGED = [
    old_nonce, other_state, other_issuer, other_tool, other_deployment, other_course, no_course,
    expired, long_ago, no_version, nobody, roles_in_one_text,
]  # fmt: skip


@pytest.mark.parametrize("change", FORGED)
def test_a_message_that_is_not_for_this_launch_is_refused(installed, platform, change):
    session, answer = launched(installed, platform, "u-3", "mallory", change, role=INSTRUCTOR)
    assert 400 <= answer.status_code < 500, answer.text
    assert not any("jupyterhub-session" in cookie.name for cookie in session.cookies)
    assert "mallory" not in installed.machine.say("getent", "passwd")


def test_who_comes_by_another_courses_link_is_told_its_names(installed, platform):
    """So that whoever sets the Hub up can read what belongs into `lti.toml`."""
    _, answer = launched(installed, platform, "u-3", "mallory", other_course)
    assert "deployment_id = &#34;1&#34;, context = &#34;8&#34;" in answer.text


@pytest.mark.parametrize("line", ["issuer", "deployment_id", "context"])
def test_a_description_without_a_line_ends_the_hub_with_a_sentence(installed, platform, line):
    lines = platform.described().splitlines(keepends=True)
    try:
        describe(installed, "".join(one for one in lines if not one.startswith(line)))
        with pytest.raises(AssertionError, match=f"expected a line {line} = "):
            installed.machine.say("timeout", "60", RUN)
    finally:
        describe(installed, platform.described())


def test_a_message_that_another_key_signed_is_refused(installed, platform):
    _, answer = launched(installed, platform, "u-3", "mallory", key=platform.forged_key)
    assert 400 <= answer.status_code < 500


def test_claims_that_no_platform_signed_open_neither_the_hubs_form_nor_its_tokens(
    installed, platform
):
    launched(installed, platform, "u-8", "vera")
    asked = {"nonce": "", "redirect_uri": ""}
    claims = platform.message(asked, "u-8", "vera", LESSON, role=INSTRUCTOR)
    tokens = f"{installed.address}/hub/api/users/vera/tokens"
    assert requests.post(tokens, json={"auth": claims}, timeout=60).status_code == 403
    fields = {"iss": platform.issuer, "sub": "mallory", f"{CLAIM}roles": INSTRUCTOR}
    assert Account(installed.address, "mallory").send_form(fields) == 403
    assert "mallory" not in installed.machine.say("getent", "passwd")


@pytest.mark.parametrize("name", ["root", COURSE_ACCOUNT, "nobody"])
def test_an_account_outside_the_course_is_nobodys_from_the_platform(installed, platform, name):
    _, answer = launched(installed, platform, "u-4", name)
    assert answer.status_code == 403
    assert "belongs to somebody else" in answer.text


def test_an_account_stays_its_first_users(installed, platform):
    launched(installed, platform, "u-5", "nina")
    _, answer = launched(installed, platform, "u-6", "nina")
    assert answer.status_code == 403
    assert "belongs to somebody else" in answer.text


def test_an_account_of_the_course_with_a_password_is_whose_root_says(installed, platform):
    hub = installed
    hub.enrol("olga")
    _, answer = launched(hub, platform, "u-10", "olga", role=INSTRUCTOR)
    assert answer.status_code == 403
    assert "belongs to somebody else" in answer.text
    person = re.findall(r"(lti-\w+) came, and .* olga is not theirs", hub.log.read_text())[-1]
    hub.machine.run("usermod", "--comment", f"Olga,{person},{person},{person}", "olga")
    assert launched(hub, platform, "u-10", "olga")[1].status_code == 403  # by `chfn`, not by root
    hub.machine.run("usermod", "--comment", f"Olga,,,,{person}", "olga")
    session, answer = launched(hub, platform, "u-10", "olga")
    assert answer.status_code == 200
    olga = account(hub, session, "olga")
    hub.machine.run("usermod", "--groups", "", "olga")
    assert "not in the course" in launched(hub, platform, "u-10", "olga")[1].text
    hub.machine.run("usermod", "--comment", "", "--groups", "optimizers", "olga")
    time.sleep(1.5)  # what the Hub looked up before may count for a second
    assert olga.session.get(f"{hub.address}/hub/api/user", timeout=60).status_code == 403


def test_a_note_that_was_written_in_part_keeps_nobody_out_and_costs_itself_alone(
    installed, platform
):
    hub, notes = installed, "/srv/optimizers/staff/launches.jsonl"
    hub.machine.run("sh", "-c", f'printf \'{{"student": "mo\' >> {notes}')
    _, answer = launched(hub, platform, "u-11", "pia")
    assert answer.status_code == 200, answer.text
    assert json.loads(hub.machine.say("tail", "-n", "1", notes))["student"] == "pia"


def test_a_full_disk_costs_the_note_of_a_launch_and_nothing_else(installed, platform):
    hub, notes = installed, "/srv/optimizers/staff/launches.jsonl"
    hub.machine.run("mount", "--bind", "/dev/full", notes)
    try:
        _, answer = launched(hub, platform, "u-12", "rosa")
    finally:
        hub.machine.run("umount", notes)
    assert answer.status_code == 200, answer.text
    assert "where the grades of rosa go is not noted" in hub.log.read_text()


def test_two_who_come_at_once_by_one_name_do_not_share_an_account(installed, platform):
    def come(user):
        return launched(installed, platform, user, "twin")[1].status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(come, ("u-13", "u-14"))) == [200, 403]


@pytest.mark.parametrize("name", ["Zoë; reboot", "users", "lti-0123"])
def test_a_name_that_no_account_can_have_becomes_a_code(installed, platform, name):
    user = f"u-7-{len(name)}"
    code = "lti-" + hashlib.sha256(f"{platform.issuer} {user}".encode()).hexdigest()[:12]
    _, answer = launched(installed, platform, user, name)
    assert answer.status_code == 200, answer.text
    assert code in installed.machine.say("ls", "/home").split()
