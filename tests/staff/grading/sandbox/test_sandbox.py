"""The sandbox is what it says it is, or it is not there, and then nothing is graded."""

import errno
import json
import os
import platform
import shutil
import struct
import subprocess
import sys
import time

import pytest

from course_utils.staff.grading import sandbox
from course_utils.staff.grading.limits import Limits
from course_utils.staff.grading.sandbox import Died, Sandbox, Unavailable, cgroups, seccomp, watch
from support import ROOT
from support.graders import ROOT_HERE, as_so_called_root, as_somebody, told_by
from support.submissions import ANSWERS, BRISK, left_behind, score_sources

bubblewrap = pytest.mark.requires("bubblewrap")


def told(box, expression):
    """Return the repr of an expression, evaluated in the sandbox."""
    code = f"import os, sys\nraise LookupError(repr(({expression})))"
    name, text, _ = json.loads(run_cell(box, code))["error"]
    return text if name == "LookupError" else name


def run_cell(box, code, seconds=10.0):
    """Return the answer to a cell that has so many seconds of its own time."""
    return box.ask("cell", "notebook", "cell", code, until=box.time() + seconds)


@pytest.fixture(scope="module")
def box():
    with Sandbox(Limits()) as made:
        yield made


VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
FOLDERS = ["dev", "libraries", "packages", "python", "sandbox.zip", "tmp"]
VARIABLES = ["HOME", "LANG", "LD_LIBRARY_PATH", "MPLBACKEND"]
PARTS = ("numpy.fft", "numpy.linalg", "numpy.ma", "numpy.polynomial", "numpy.random")
PARTS += ("numpy.testing", "numpy.typing", "matplotlib.pyplot")
CAPABILITIES = (
    "(lambda c, words: (c.CDLL(None).capget((c.c_uint32 * 2)(0x20080522), words), list(words)[::3],"
    " list(words)[1::3]))(__import__('ctypes'), (__import__('ctypes').c_uint32 * 6)(*range(6)))"
)
VARIABLES += ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PWD"]


@bubblewrap
@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("os.getuid() in (0, os.geteuid() + 1)", "False"),
        ("sorted(os.listdir('/tmp'))", "[]"),
        ("sorted(p for p in os.listdir('/') if p not in ('lib', 'lib64'))", FOLDERS),
        ("sorted(os.environ)", VARIABLES),
        ("os.environ['HOME'], os.getcwd()", "('/tmp', '/tmp')"),
        (CAPABILITIES, (0, [0, 0], [0, 0])),  # effective and permitted
        ("__import__('ctypes').CDLL(None).prctl(39, 0, 0, 0, 0)", "1"),  # no new privileges
        ("__import__('socket').if_nameindex()", "PermissionError"),
        ("__import__('course_' + 'utils')", "ModuleNotFoundError"),
        ("__import__('matplotlib').get_backend().lower()", "'agg'"),
        ("__import__('numpy').__version__", repr(__import__("numpy").__version__)),
        # Texts for `help` are left out, and no part of NumPy or matplotlib misses them.
        ("__import__('numpy').ndarray.__doc__", "None"),
        (f"all(__import__(name, fromlist='x') for name in {PARTS})", "True"),
    ],
)
def test_what_student_code_finds_inside(box, expression, value):
    assert told(box, expression) == str(value)


@bubblewrap
def test_what_runs_inside_holds_no_answer():
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(sandbox._inside(sandbox.Equipment()))) as archive:
        names = set(archive.namelist())
        content = b"".join(archive.read(name) for name in names)
    folders = ("", "exercises/", "staff/", "staff/grading/", "staff/grading/sandbox/")
    package = {f"sandboxed/{folder}__init__.pyc" for folder in folders}
    modules = {"exercises/values", "exercises/call"}
    modules |= {f"staff/grading/sandbox/{name}" for name in ("protocol", "worker")}
    assert names == package | {"__main__.pyc"} | {f"sandboxed/{name}.pyc" for name in modules}
    for secret in (b"expected a reply in order", b"registry", b"Momentum", str(ROOT).encode()):
        assert secret not in content


@bubblewrap
def test_the_sandbox_is_told_of_the_calls_and_not_of_what_is_right():
    from course_utils.exercises.values import write_argument
    from course_utils.staff.grading.score import _drawn, _requests
    from course_utils.staff.registry import EXERCISES

    for slug in EXERCISES:
        task = _drawn(slug, 3)
        assert len(task.cases) <= Limits().calls
        for case, told in zip(task.cases, _requests(task), strict=True):
            arguments = [write_argument(argument) for argument in case.arguments]
            assert told == (slug, task.function, len(task.returns), arguments)


# Returns the arguments of a later call if it finds any in its own process: right, where the state
# that comes back is what goes into the next step of a chain.
LOOKS_AHEAD = """
import gc
from sandboxed.exercises.values import read_argument

def momentum_step(weights, momentum, gradient, eta, alpha):
    for requests in gc.get_objects():
        if type(requests) in (list, tuple):
            for told, later in zip(requests, requests[1:]):
                try:
                    if np.array_equal(read_argument(told[-1][0]), weights):
                        return tuple(map(read_argument, later[-1][:2]))
                except Exception:
                    continue
    return weights, momentum
"""


@bubblewrap
def test_a_call_finds_no_arguments_of_a_later_one():
    from course_utils.staff.grading.score import score_submission
    from course_utils.staff.grading.submissions.canonical import from_sources

    slug = "momentum-step"
    result = score_submission(from_sources(slug, {slug: {slug: LOOKS_AHEAD}}), 5).exercises[slug]
    honest = LOOKS_AHEAD.replace("gc.get_objects()", "[]")
    nothing = score_submission(from_sources(slug, {slug: {slug: honest}}), 5).exercises[slug]
    assert result.points == nothing.points
    assert result.message == nothing.message


@bubblewrap
def test_nothing_stays_when_a_sandbox_closes():
    before = set(left_behind())  # another test's may be open
    with Sandbox(Limits()) as made:
        run_cell(made, "import os\nfor _ in range(5):\n    if not os.fork(): os.pause()")
        assert set(left_behind()) - before
        groups = made._group._folders
    until = time.monotonic() + 5
    while set(left_behind()) - before and time.monotonic() < until:
        time.sleep(0.01)
    assert not set(left_behind()) - before
    assert not any(folder.exists() for folder in groups)


@bubblewrap
def test_silence_garbage_and_death_are_told_apart():
    deeds = {
        "timed-out": "while True: pass",
        "crashed": "import os; os._exit(0)",
    }
    for flag, deed in deeds.items():
        with Sandbox(BRISK) as made:
            with pytest.raises(Died) as death:
                run_cell(made, deed, 0.5)
            assert death.value.flag == flag


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (None, "bubblewrap is missing"),
        (
            "#!/bin/sh\necho 'bwrap: no permissions to create a new namespace' >&2\nexit 1",
            "namespace",
        ),
        ("#!/bin/sh\nexit 0", "said nothing"),
        ("#!/bin/sh\nprintf '\\0\\0\\0\\5ready'; exit 1", "nothing runs"),
    ],
)
def test_without_a_working_bubblewrap_nothing_is_graded(program, reason, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    if program:
        (tmp_path / "bwrap").write_text(program)
        (tmp_path / "bwrap").chmod(0o755)
    with pytest.raises(Unavailable, match=reason) as refusal:
        score_sources({"gradient-descent-step": ANSWERS["gradient-descent-step"]})
    assert "bubblewrap" in str(refusal.value)
    assert refusal.value.concerns_everybody


def fake_bubblewrap(folder, monkeypatch, script):
    """Put a shell script in the place of bubblewrap."""
    program = folder / "bwrap"
    program.write_text(f"#!/bin/sh\n{script}")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_a_child_that_keeps_stderr_open_does_not_hold_up_the_reason(tmp_path, monkeypatch):
    child = f"/bin/sleep 60 </dev/null >/dev/null & echo $! >{tmp_path}/child"
    fake_bubblewrap(tmp_path, monkeypatch, f"{child}\necho 'bwrap: no namespace' >&2\nexit 1")
    began = time.monotonic()
    try:
        with pytest.raises(Unavailable, match="bwrap: no namespace"):
            Sandbox(Limits())
        assert time.monotonic() - began < 30
    finally:
        os.kill(int((tmp_path / "child").read_text()), 9)


@bubblewrap
@pytest.mark.parametrize("when", ["before it is ready", "afterwards"])
def test_what_is_written_to_stderr_never_stops_a_sandbox(tmp_path, monkeypatch, when):
    chatter = "/usr/bin/head -c 300000 /dev/zero >&2"  # more than a pipe holds
    wait = f"(until /usr/bin/test -e {tmp_path}/ready; do /bin/sleep 0.01; done; {chatter}) &"
    begin = chatter if when == "before it is ready" else wait
    fake_bubblewrap(tmp_path, monkeypatch, f'{begin}\nexec {shutil.which("bwrap")} "$@"')
    with Sandbox(Limits()) as made:
        (tmp_path / "ready").touch()
        for _ in range(3):
            assert json.loads(run_cell(made, "import time\ntime.sleep(0.1)"))["error"] is None


def test_a_bubblewrap_that_does_not_answer_is_said_in_time(tmp_path, monkeypatch):
    fake_bubblewrap(tmp_path, monkeypatch, "exec /bin/sleep 60")
    monkeypatch.setattr(sandbox, "_can_become_anybody", lambda: False)
    monkeypatch.setattr(sandbox, "HELP_PATIENCE", 0.5)
    began = time.monotonic()
    with pytest.raises(Unavailable, match=r"timed out after 0\.5 seconds"):
        Sandbox(Limits())
    assert time.monotonic() - began < 30


def failing(step, deed=lambda *_, **__: None):
    """Return a function that does what it should, and fails."""

    def fail(*arguments, **options):
        deed(*arguments, **options)
        raise RuntimeError(f"{step} failed")

    return fail


@bubblewrap
@pytest.mark.parametrize("step", ["watch", "kill", "stdin", "stdout", "wait", "group"])
def test_whichever_step_of_closing_fails_the_others_are_done(monkeypatch, step):
    if step == "watch":
        monkeypatch.setattr(cgroups, "create", lambda limits: cgroups.Group([]))
        monkeypatch.setattr(watch.Watch, "end", failing(step, watch.Watch.end))
    elif step == "group":
        monkeypatch.setattr(cgroups.Group, "remove", failing(step, cgroups.Group.remove))
    elif step in ("kill", "wait"):
        monkeypatch.setattr(subprocess.Popen, step, failing(step))
    made = Sandbox(Limits())
    process, groups = made._process, made._group._folders
    if step in ("stdin", "stdout"):
        os.close(getattr(process, step).fileno())  # then the system refuses to close it once more
    assert process.poll() is None
    with pytest.raises((RuntimeError, OSError), match=f"{step} failed|Bad file descriptor"):
        made.close()
    monkeypatch.undo()
    assert process.wait(timeout=10) is not None
    assert process.stdin.closed
    assert process.stdout.closed
    assert not any(folder.exists() for folder in groups)


@bubblewrap
@pytest.mark.skipif(not ROOT_HERE, reason="only root can become somebody else")
@pytest.mark.parametrize(("become", "user"), [(as_somebody, "12345"), (as_so_called_root, "0")])
def test_a_grader_without_rights_has_a_sandbox_too(become, user):
    code = """
import os, time
count = 0
try:
    for _ in range(200):
        if os.fork() == 0: time.sleep(30)
        count += 1
except OSError:
    raise LookupError(f"{os.getuid()} {count < 64}")
"""
    assert told_by(become(sys.base_prefix), code) == [user, "65534 True"]


def test_the_filter_refuses_what_it_names_and_kills_what_counts_differently():
    rules = seccomp.program()
    if platform.machine() not in ("x86_64", "aarch64"):
        assert rules is None
        return
    program = [struct.unpack("=HBBI", rules[i : i + 8]) for i in range(0, len(rules), 8)]

    def run(architecture, number, argument=0):
        """Interpret the filter, as the kernel does."""
        place, loaded = 0, None
        while True:
            code, yes, no, value = program[place]
            if code == 0x06:
                return value
            if code == 0x20:
                loaded = {0: number, 4: architecture, 16: argument}[value]
            else:
                holds = {0x15: loaded == value, 0x35: loaded >= value, 0x45: loaded & value}[code]
                place += yes if holds else no
            place += 1

    column, architecture = seccomp._ARCHITECTURES[platform.machine()]
    allowed, refused, killed = 0x7FFF0000, 0x00050001, 0x80000000
    for row in seccomp.REFUSED.values():
        assert row[column] is None or run(architecture, row[column]) == refused
    for number in (0, 1, 9, 56, 57, 59, 231):
        if number not in {row[column] for row in seccomp.REFUSED.values()}:
            assert run(architecture, number) == allowed
    thread, process = 0x3D0F00, 17  # as libraries ask for them
    clone, clone3 = (56, 220)[column], 435
    assert run(architecture, clone, thread) == run(architecture, clone, process) == allowed
    for space in (0x4000, 0x20000, 0x2000000, *(1 << bit for bit in range(26, 31))):
        assert run(architecture, clone, process | space) == refused
    assert run(architecture, clone3) == 0x00050000 | errno.ENOSYS
    assert run(0x40000003, 1) == killed
    if column == 0:
        assert run(architecture, 0x40000000 + 101) == killed


@bubblewrap
def test_where_no_group_bounds_it_the_memory_of_many_processes_is_bounded_too(monkeypatch):
    monkeypatch.setattr(cgroups, "create", lambda limits: cgroups.Group([]))
    greedy = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        x = bytearray(10**8)
        for place in range(0, len(x), 4096):
            x[place] = 1
        time.sleep(30)
time.sleep(30)
"""
    with Sandbox(Limits(memory=300 * 2**20, cell=30)) as made, pytest.raises(Died) as death:
        run_cell(made, greedy, 25)
    assert death.value.flag == "out-of-memory"


@bubblewrap
def test_where_groups_can_be_made_the_kernels_memory_counts_too(cannot_run):
    folders = "import os\nfor number in range(10**9): os.mkdir(f'/tmp/{number}')"
    with Sandbox(Limits(memory=150 * 2**20, entries=10**9)) as made:
        if not made._group:
            cannot_run("control groups cannot be made here")
        with pytest.raises(Died) as death:
            run_cell(made, folders, 30)
    assert death.value.flag == "out-of-memory"


@bubblewrap
def test_a_watch_that_fails_ends_the_sandbox_and_is_not_taken_for_the_students_fault(monkeypatch):
    monkeypatch.setattr(cgroups, "create", lambda limits: cgroups.Group([]))
    with Sandbox(Limits()) as made:
        monkeypatch.setattr(watch, "memory", failing("a look"))
        with pytest.raises(RuntimeError, match="could not be watched") as caught:
            run_cell(made, "import time; time.sleep(60)", 30)
        assert str(caught.value.__cause__) == "a look failed"


def test_the_memory_of_a_process_is_that_of_its_children_too():
    alone = watch.memory(os.getpid())
    assert alone > 10**7
    child = subprocess.Popen(
        [sys.executable, "-c", "x = b'1' * 10**8; print(1); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with child:
        child.stdout.readline()
        assert watch.memory(os.getpid()) - alone > 0.9 * 10**8
        child.stdin.write(b"\n")


def test_a_child_that_a_thread_made_counts_too():
    code = (
        "import os, threading\n"
        "def make():\n"
        "    if os.fork() == 0:\n"
        "        x = b'1' * 10**8\n"
        "        print(1, flush=True)\n"
        "    os.read(0, 1)\n"
        "    os._exit(0)\n"
        "threading.Thread(target=make).start()"
    )
    command = [sys.executable, "-c", code]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:
        process.stdout.readline()
        assert watch.memory(process.pid) > 0.9 * 10**8
        process.stdin.write(b"\n\n")


def test_groups_that_killed_graders_left_are_deleted(tmp_path):
    gone, alive = tmp_path / f"{cgroups.PREFIX}999999999-0", tmp_path / f"{cgroups.PREFIX}1-0"
    again = tmp_path / f"{cgroups.PREFIX}{os.getpid()}-0"  # of a process that had our number
    for folder in (gone, alive, again):
        folder.mkdir()
    cgroups._tidy(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [alive.name]


def test_without_control_groups_the_command_stays_as_it_is():
    group = cgroups.Group([])
    assert group.entering(["bwrap", "x"]) == ["bwrap", "x"]
    assert not group.ran_out_of_memory()
    assert not group
    group.remove()


def test_a_group_that_ran_out_of_memory_says_so(tmp_path):
    for version, text in (
        ("events", "low 0\noom 1\noom_kill 1\n"),
        ("oom_control", "oom_kill 2\n"),
    ):
        folder = tmp_path / version
        folder.mkdir()
        group = cgroups.Group([folder])
        assert not group.ran_out_of_memory()
        (folder / f"memory.{version}").write_text(text)
        assert group.ran_out_of_memory()
