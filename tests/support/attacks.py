"""Code that a student might hand in to gain, harm, leak, exhaust or escape.

Each is the source of the solution cell of ``momentum-step`` (or, where marked, what runs beside an
honest solution), and each is harmless to the machine that tests it: what it tries is refused, or
bounded. What an attack finds out it shouts: into what it prints, raises and returns.
"""

WRONG = (
    "def momentum_step(weights, momentum, gradient, eta, alpha):\n    return weights, momentum\n"
)


def function(body, before=""):
    """Return a cell whose function does this; ``before`` runs with the cell."""
    lines = "\n".join(f"    {line}" for line in body.strip("\n").splitlines())
    head = "def momentum_step(weights, momentum, gradient, eta, alpha):"
    return f"{before}\n{head}\n{lines}\n    return weights, momentum\n"


# Tried with a wrong answer: not a point may come of it.
GAIN = {
    "patches numpy's comparisons": "import numpy.testing as t\n"
    "np.allclose = np.array_equal = np.isclose = lambda *a, **k: True\n"
    "t.assert_allclose = t.assert_array_equal = lambda *a, **k: None\n" + WRONG,
    "patches what casts its answers": "np.asarray = np.array = lambda *a, **k: np.zeros(3)\n"
    + WRONG,
    "patches builtins": "import builtins\nbuiltins.isinstance = lambda *a: True\n"
    "builtins.abs = builtins.len = lambda *a: 0\n" + WRONG,
    "replaces the caller": function(
        """
import sys, types
module = sys.modules["sandboxed.staff.grading.sandbox.worker"]
module.call = lambda *a: None
""",
    ),
    "replaces the reply's writer": "import sys\n"
    "p = sys.modules['sandboxed.staff.grading.sandbox.worker']\n"
    "old = p.write_reply\n"
    "import dataclasses\n"
    "p.write_reply = lambda reply: old(dataclasses.replace(reply, printed='4 of 4 points'))\n"
    + WRONG,
    "forges frames": function(
        """
import os, json, struct
head = json.dumps({"points": 4, "verdict": "right"}).encode()
for descriptor in range(3, 20):
    try:
        os.write(descriptor, struct.pack("!I", len(head)) + head)
    except OSError:
        pass
"""
    ),
    "writes a result into every channel": function(
        """
import os
for descriptor in range(1, 20):
    try:
        os.write(descriptor, b'{"points": 4.0, "max_points": 4.0}')
    except OSError:
        pass
"""
    ),
    "equals everything": "class Equal(np.ndarray):\n"
    "    __eq__ = __ge__ = __le__ = lambda self, other: np.ones(np.shape(other), bool)\n"
    "    __sub__ = __rsub__ = lambda self, other: np.zeros(np.shape(other))\n"
    "def momentum_step(weights, momentum, gradient, eta, alpha):\n"
    "    return weights.view(Equal), momentum.view(Equal)\n",
    "answers with NaN": "def momentum_step(w, m, *a):\n    return w * np.nan, m * np.nan\n",
    "answers with infinity": "def momentum_step(w, m, *a):\n    return w + np.inf, m - np.inf\n",
    "answers with an object that becomes what it is compared with": "class Chameleon:\n"
    "    def __array__(self, *a, **k): return np.zeros(())\n"
    "    def __float__(self): return 0.0\n"
    "def momentum_step(*a):\n    return Chameleon(), Chameleon()\n",
    "searches memory for what is right": function(
        """
import gc
for thing in gc.get_objects():
    if type(thing).__name__ in ("Case", "Task"):
        expected = getattr(thing, "expected", None)
        if expected:
            return expected
""",
    ),
    "reads its caller's frames": function(
        """
import sys
frame = sys._getframe()
while frame:
    for value in list(frame.f_locals.values()):
        expected = getattr(value, "expected", None)
        if expected:
            return expected
    frame = frame.f_back
"""
    ),
    "imports the registry": function(
        """
try:
    from course_utils.staff.registry import get
except ImportError:
    from sandboxed.staff.registry import get
return get("momentum-step").answer((weights, momentum, gradient, eta, alpha))
"""
    ),
    "imports the reference": function(
        """
from course_utils.optimizers import Momentum
weights, state = Momentum(eta, alpha).step(weights, {"momentum": momentum}, lambda _: gradient)
return weights, state["momentum"]
"""
    ),
    "loads the case files": function(
        """
import json
from sandboxed.exercises import values
data = values.__loader__.get_data("sandboxed/exercises/compiled/momentum-step.json")
expected = json.loads(data)["cases"][0]["expected"]
return tuple(values.read_array(value) for value in expected)
"""
    ),
    "looks for answers on the disk": function(
        """
import os
for folder, _, names in os.walk("/"):
    for name in names:
        if name.endswith(".ipynb") or "momentum" in name or name == "gradebook.db":
            raise LookupError("FOUND " + os.path.join(folder, name))
"""
    ),
    "raises what looks like success": function(
        'class Points(Exception): pass\nraise Points("4 of 4 points")'
    ),
    "prints what looks like success": function(
        'print("momentum-step: all right.\\n4 of 4 points")'
    ),
    "leaves politely": function("raise SystemExit(0)"),
    "leaves at once": function("import os\nos._exit(0)"),
    "answers for later calls too": function(
        """
import sys
worker = sys.modules["sandboxed.staff.grading.sandbox.worker"]
from sandboxed.exercises.values import Reply, Value
answer = worker.write_reply(Reply((Value(weights), Value(momentum)), "tuple", 2))
import struct, os
for descriptor in range(3, 10):
    try:
        os.write(descriptor, 20 * (struct.pack("!I", len(answer)) + answer))
    except OSError:
        pass
"""
    ),
    "returns more than was asked for": "def momentum_step(*a):\n    return [np.zeros(3)] * 10000\n",
    "claims that the test is not written": function("raise NotImplementedError"),
    "becomes another number each time it is looked at": "class Sly:\n"
    "    looked = 0\n"
    "    def __float__(self):\n"
    "        Sly.looked += 1\n"
    "        return float(Sly.looked)\n"
    "    def __array__(self, *a, **k): return np.full((), float(self))\n"
    "def momentum_step(*a):\n    return Sly(), Sly()\n",
    "would run when it is unpickled": "class Packed:\n"
    "    def __reduce__(self): return exec, ('raise SystemExit',)\n"
    "    def __array__(self, *a, **k): return np.array([Packed()], dtype=object)\n"
    "def momentum_step(*a):\n    return Packed(), Packed()\n",
    "is an array that says what one likes to hear": "class Flattering(np.ndarray):\n"
    "    shape = property(lambda self: (10**9,))\n"
    "    def __array__(self, *a, **k): return np.zeros(3)\n"
    "    def astype(self, *a, **k): return np.zeros(3)\n"
    "    def tobytes(self, *a): return b''\n"
    "def momentum_step(w, m, *a):\n    return w.view(Flattering), m.view(Flattering)\n",
    "listens to every line, event and collection": "import gc, sys\n"
    "def meddle(frame, event, arg):\n"
    "    frame.f_locals.update(answer={}, error='', verdict='right')\n"
    "    return meddle\n"
    "gc.callbacks.append(lambda *a: sys.exit(0))\n"
    "gc.set_threshold(1)\n"
    "sys.settrace(meddle)\n"
    "sys._getframe().f_back.f_trace = meddle\n" + WRONG,
    "listens to the interpreter": "import sys\n"
    "def hook(*a): raise KeyboardInterrupt\n"
    "sys.addaudithook(hook)\n" + WRONG,
    "rings an alarm a thousand times a second": "import signal, sys\n"
    "signal.signal(signal.SIGALRM, lambda *a: sys.exit(0))\n"
    "signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)\n" + WRONG,
    "answers from a thread that outlives the call": "import os, struct, threading, time\n"
    "from sandboxed.exercises.values import Reply, Value\n"
    "from sandboxed.staff.grading.sandbox.protocol import write_reply\n"
    "answer = write_reply(Reply((Value(np.zeros(3)), Value(np.zeros(3))), 'tuple', 2))\n"
    "def forge():\n"
    "    while True:\n"
    "        for d in range(3, 8):\n"
    "            try: os.write(d, struct.pack('!I', len(answer)) + answer)\n"
    "            except OSError: pass\n"
    "        time.sleep(0.001)\n"
    "threading.Thread(target=forge, daemon=True).start()\n" + WRONG,
    "compares equal as a float": "class Right(float):\n    __eq__ = lambda s, o: True\n"
    "    __hash__ = float.__hash__\n"
    "def momentum_step(*a):\n    return Right(0), Right(0)\n",
}

# What they try to do to others; SHARED is where they leave something, and look for it.
HARM = {
    "leaves a file for the next": function(
        """
for place in places:
    try:
        open(place + "/course-note", "w").write("hello")
    except OSError:
        pass
if found:
    raise LookupError("FOUND a note in " + found)
""",
        before="import os\n"
        "places = ['/tmp', '/dev/shm', '/var/tmp', '/', '/python', '/packages', '/usr/lib']\n"
        "found = ''.join(p for p in places if os.path.exists(p + '/course-note'))",
    ),
    "leaves a daemon": function(
        """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(60)
    os._exit(0)
"""
    ),
    "leaves a daemon that ignores signals": function(
        """
import os, signal, time
if os.fork() == 0:
    for number in range(1, 64):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    time.sleep(60)
    os._exit(0)
"""
    ),
    "kills everybody": function("import os\nos.kill(-1, 9)"),
    "kills its parents": function(
        "import os\nfor p in (1, os.getppid()):\n    try:\n        os.kill(p, 9)\n"
        "    except OSError:\n        pass"
    ),
    "kills its group": function("import os\nos.killpg(0, 9)"),
    "kills by number": function(
        "import os\nfor p in range(1, 40000):\n    if p != os.getpid():\n        try:\n"
        "            os.kill(p, 9)\n        except OSError:\n            pass"
    ),
    "traces its parent": function(
        """
import ctypes
if ctypes.CDLL(None).ptrace(16, 1, 0, 0) == 0:
    raise LookupError("FOUND a process to trace")
"""
    ),
    "rewrites numpy for all": function(
        "open('/packages/numpy/__init__.py', 'a').write('raise SystemExit')"
    ),
    "rewrites the interpreter for all": function(
        "open('/python/lib/python3.11/os.py', 'a').write('raise SystemExit')"
    ),
    "rewrites the worker for all": function("open('/sandbox.zip', 'ab').write(b'x')"),
    "leaves shared memory": function(
        """
import ctypes
libc = ctypes.CDLL(None)
if libc.shmget(2013, 4096, 0o1666) != -1:
    raise LookupError("FOUND room for shared memory")
"""
    ),
    "raises its own limits": function(
        """
import resource
resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40))
raise LookupError("FOUND more memory")
"""
    ),
    "pushes ahead of others": function(
        "import os\nos.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))\n"
        "raise LookupError('FOUND a better place')"
    ),
    "types into a terminal": function(
        "open('/dev/tty', 'w').write('x')\nraise LookupError('FOUND a terminal')"
    ),
    "takes the machine's terminals": function(
        "import os\nos.open('/dev/ptmx', os.O_RDWR)\nraise LookupError('FOUND a terminal of many')"
    ),
    "keeps all disks busy": function(
        """
import ctypes, platform
number = {"x86_64": 162, "aarch64": 81}[platform.machine()]
if ctypes.CDLL(None).syscall(number) == 0:
    raise LookupError("FOUND every disk")
"""
    ),
    "stays when it is told to go": "import atexit, time\natexit.register(time.sleep, 100)\n"
    + WRONG,
    "rewrites its own machine code": function(
        "memory = open('/proc/self/mem', 'r+b', 0)\n"
        "for line in open('/proc/self/maps'):\n"
        "    if 'r-xp' in line and 'python' in line:\n"
        "        memory.seek(int(line.split('-')[0], 16))\n"
        "        memory.write(b'\\xcc' * 4096)\n"
    ),
}

# {secret} is a word that stands in this process' environment, {folder} a folder with it in a file.
LEAK = {
    "its environment": function(
        "import os\nif 'COURSE_SECRET' in os.environ:\n    raise LookupError('FOUND {secret}')"
    ),
    "the environment of process 1": function(
        "raise LookupError(open('/proc/1/environ').read()[:190])"
    ),
    "the environments of all": function(
        """
import glob
for name in glob.glob("/proc/[0-9]*/environ"):
    try:
        text = open(name).read()
    except OSError:
        continue
    if "{secret}" in text:
        raise LookupError("FOUND {secret}")
"""
    ),
    "the command lines of all": function(
        """
import glob
text = ""
for name in glob.glob("/proc/[0-9]*/cmdline"):
    text += open(name).read()
if "pytest" in text or "course_utils" in text or "{folder}" in text:
    raise LookupError("FOUND {secret}")
"""
    ),
    "a file of the grader": function("raise LookupError(open('{folder}/secret').read())"),
    "a folder of the grader": function(
        "import os\nraise LookupError('FOUND ' + str(os.listdir('{folder}')))"
    ),
    "the course": function("import os\nraise LookupError('FOUND ' + str(os.listdir('{course}')))"),
    "the homes": function(
        "import os\nfor p in ('/root', '/home', '/etc/passwd', '/etc/shadow', '/var', '/sys'):\n"
        "    if os.path.exists(p):\n        raise LookupError('FOUND ' + p)"
    ),
    "open files": function(
        """
import os
for descriptor in range(5, 256):
    try:
        data = os.read(descriptor, 1000)
    except OSError:
        continue
    raise LookupError("FOUND an open file")
"""
    ),
    "what its roots are": function(
        "import os\nfor p in ('/proc/1/root', '/proc/1/cwd', '/proc/1/fd'):\n    try:\n"
        "        found = os.listdir(p + '/work')\n    except OSError:\n        continue\n"
        "    raise LookupError('FOUND ' + str(found))"
    ),
    "where its files come from": function(
        """
import ctypes, os
for name in ("self/mountinfo", "self/mounts", "cmdline", "1/environ", "version"):
    if os.path.exists("/proc/" + name):
        raise LookupError("FOUND " + open("/proc/" + name).read())
for number in (457, 458):  # statmount and listmount, everywhere
    ask = (ctypes.c_uint64 * 4)(32, 2**64 - 1, 0, 0)
    if ctypes.CDLL(None).syscall(number, ask, (ctypes.c_uint64 * 99)(), 99, 0) != -1:
        raise LookupError("FOUND mounts")
if ctypes.CDLL(None).klogctl(10, None, 0) != -1:
    raise LookupError("FOUND a log")
"""
    ),
    "the machine's messages": function("raise LookupError('FOUND ' + open('/dev/kmsg').read(20))"),
    "keys": function(
        "import ctypes\nif ctypes.CDLL(None).keyctl(0, -3, 1) != -1:\n"
        "    raise LookupError('FOUND keys')"
    ).replace("ctypes.CDLL(None).keyctl(0, -3, 1)", "ctypes.CDLL(None).syscall(250, 0, -3, 1)"),
}

# They end the exercise they are in (0 points, with this flag), and soon.
EXHAUST = {
    "makes 300,000 folders": (
        function("import os\nfor number in range(3 * 10**5):\n    os.mkdir(f'/tmp/{number}')"),
        "out-of-memory",
    ),
    "makes links without end, between its calls": (
        function(
            """
import os, threading
def make():
    os.mkdir("/tmp/links")
    for number in range(10**9):
        os.symlink("nowhere", f"/tmp/links/{number}")
if not os.path.exists("/tmp/links"):
    threading.Thread(target=make, daemon=True).start()
while len(os.listdir("/tmp/links")) < 10**4:
    pass
"""
        ),
        "out-of-memory",
    ),
    "loops for ever": (function("while True: pass"), "timed-out"),
    "loops for ever in the cell": ("while True: pass\n" + WRONG, "timed-out"),
    "sleeps": (function("import time\ntime.sleep(100)"), "timed-out"),
    "computes for ever where Python cannot be interrupted": (function("9**9**9"), "timed-out"),
    "searches for ever": (
        function("import re\nre.match('(a+)+$', 'a' * 60 + 'b')"),
        "timed-out",
    ),
    "ignores every signal": (
        function(
            "import signal\nsignal.signal(15, signal.SIG_IGN)\nsignal.signal(14, signal.SIG_IGN)\n"
            "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
        ),
        "timed-out",
    ),
    "answers by the byte": (
        function(
            "import os, time\nwhile True:\n    for d in range(3, 8):\n        try:\n"
            "            os.write(d, b'\\0')\n        except OSError:\n            pass\n"
            "    time.sleep(0.05)"
        ),
        None,
    ),
    "announces an answer of four gigabytes": (
        function(
            "import os, time\nfor d in range(3, 8):\n    try:\n"
            "        os.write(d, b'\\xff\\xff\\xff\\xff')\n    except OSError:\n        pass"
        ),
        "crashed",
    ),
    "has an exception whose text never ends": (
        function(
            "class Endless(Exception):\n    def __str__(self):\n        while True: pass\n"
            "raise Endless"
        ),
        "timed-out",
    ),
    "answers with what takes for ever to convert": (
        "class Slow:\n    def __array__(self, *a, **k):\n        while True: pass\n"
        "def momentum_step(*a):\n    return Slow(), Slow()\n",
        "timed-out",
    ),
    "answers for its cell with garbage": (
        "import os\nfor d in range(3, 8):\n    try:\n"
        "        os.write(d, b'\\0\\0\\0\\3[1]')\n    except OSError:\n        pass\n" + WRONG,
        "crashed",
    ),
    "answers for its cell with a reply of another kind": (
        "import os\nfor d in range(3, 8):\n    try:\n"
        '        os.write(d, b\'\\0\\0\\0\\x0c["a","b",{}]\')\n    except OSError:\n        pass\n'
        + WRONG,
        "crashed",
    ),
    "stops itself": (function("import os\nos.kill(os.getpid(), 19)"), "timed-out"),
    "crashes the interpreter": (function("import ctypes\nctypes.string_at(0)"), "crashed"),
    "overflows the stack of the interpreter": (
        function(
            "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\n"
            "class A:\n    __getattr__ = lambda s, n: getattr(s, n)\nA().x"
        ),
        "crashed",
    ),
    "takes 8 GB at once": (function("x = np.ones(10**9)"), "out-of-memory"),
    "takes memory bit by bit": (  # until it is refused more, or the time is up
        function("x = []\nwhile True: x.append(np.ones(10**6))"),
        None,
    ),
    "takes memory in the cell": (
        "x = []\nwhile True: x.append(bytearray(10**7))\n" + WRONG,
        None,
    ),
    "closes its pipes": (function("import os\nos.closerange(3, 64)"), "crashed"),
}

# These come to an end by themselves: bounded, and worth nothing.
BOUNDED = {
    "lets the kernel remember things": function(
        """
import ctypes, os
libc = ctypes.CDLL(None)
stores = [  # of inotify, fanotify, asynchronous input, epoll, files in memory, timers
    ((294, 26), 0, 0, 0), ((253, 26), 0, 0, 0), ((300, 262), 0, 0, 0),
    ((206, 0), 64, ctypes.byref(ctypes.c_uint64()), 0), ((291, 20), 0, 0, 0),
    ((319, 279), b"x", 0, 0), ((222, 107), 0, None, ctypes.byref(ctypes.c_uint64())),
]
for numbers, *arguments in stores:
    if libc.syscall(numbers[os.uname().machine == "aarch64"], *arguments) != -1:
        raise LookupError(f"FOUND a store: {numbers}")
"""
    ),
    "starts 500 processes": function(
        """
import os, time
count = 0
for _ in range(500):
    try:
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)
    except OSError:
        break
    count += 1
    if count > 64:
        raise LookupError("FOUND room for many processes")
"""
    ),
    "starts 500 threads": function(
        """
import threading, time
count = 0
for _ in range(500):
    try:
        threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
    except RuntimeError:
        break
    count += 1
    if count > 64:
        raise LookupError("FOUND room for many threads")
"""
    ),
    "fills the disk": function(
        """
written = 0
try:
    for number in range(100):
        with open(f"/tmp/{number}", "wb") as file:
            written += file.write(bytes(10**7))
except OSError:
    pass
if written > 2 * 10**8:
    raise LookupError("FOUND a disk to fill")
"""
    ),
    "writes one large file": function(
        """
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
written = 0
try:
    with open("/tmp/large", "wb") as file:
        for _ in range(100):
            written += file.write(bytes(10**6))
            file.flush()
except OSError:
    pass
if written > 2 * 10**7:
    raise LookupError("FOUND room for a large file")
"""
    ),
    "opens a thousand files": function(
        """
files = []
try:
    for _ in range(1000):
        files.append(open("/dev/null"))
except OSError:
    files.clear()
if len(files) == 1000:
    raise LookupError("FOUND many files to open")
"""
    ),
    "prints 50 MB in one line": function("print('x' * 5 * 10**7)"),
    "prints a million lines": function("for _ in range(10**5): print('ha ' * 3)"),
    "lets messages wait in sockets": function(
        """
import socket
waiting, pairs = 0, []
try:
    for _ in range(100):
        pairs.append(socket.socketpair())
        pairs[-1][0].setblocking(False)
        try:
            while True:
                waiting += pairs[-1][0].send(bytes(2**16))
        except BlockingIOError:
            pass
except OSError:
    pass
if waiting > 10**7:
    raise LookupError("FOUND memory that nobody counts")
"""
    ),
    "prints 50 MB of complaints": function(
        "import os, sys\n"
        "for _ in range(100):\n"
        "    os.write(2, b'x' * 10**5)\n"
        "    for stream in (sys.stderr, sys.__stderr__, sys.__stdout__): stream.write('y' * 10**5)"
    ),
    "makes a file of a terabyte with nothing in it": function(
        "import os\n"
        "file = os.open('/tmp/hole', os.O_CREAT | os.O_RDWR)\n"
        "os.ftruncate(file, 10**12)\n"
        "raise LookupError('FOUND room for a large file')"
    ),
    "prints past the capture": function(
        "import os\nfor _ in range(100): os.write(1, b'x' * 10**5)"
    ),
    "returns 8 MB": "def momentum_step(*a):\n    return np.zeros(10**6), np.zeros(10**6)\n",
    "returns an array that is larger than memory": "def momentum_step(*a):\n"
    "    huge = np.broadcast_to(0.0, (10**12,))\n    return huge, huge\n",
    "returns a list without end": "def momentum_step(*a):\n"
    "    x = []\n    x.append(x)\n    return x, x\n",
    "raises 50 MB of text": function("raise ValueError('x' * 5 * 10**7)"),
    "raises an exception with a long name": function(
        "raise type('E' * 10**6, (Exception,), {})('x')"
    ),
    "raises an exception that cannot be written": function(
        "class Bad(Exception):\n    def __str__(self): raise SystemExit\nraise Bad"
    ),
    "recurses": function("def f(): return f()\nf()"),
    "is nested too deeply to be read": "x = " + "(" * 5000 + ")" * 5000 + "\n" + WRONG,
    "is one very long expression": "x = " + "-" * 200000 + "1\n" + WRONG,
    "holds a zero byte": "x = '\0'\n" + WRONG,
    "holds half characters": "x = '\ud800'\n" + WRONG,
    "shares out 8 GB among its children": function(
        """
import os, time
reads, writes = os.pipe()
for _ in range(16):
    if os.fork() == 0:
        try:
            x = bytearray(5 * 10**8)
            for place in range(0, len(x), 4096):
                x[place] = 1
            os.write(writes, b"x")
        except MemoryError:
            pass
        time.sleep(0.6)
        os._exit(0)
time.sleep(0.7)
os.set_blocking(reads, False)
os.write(writes, b"-")
if len(os.read(reads, 99)) > 4:
    raise LookupError("FOUND several gigabytes")
"""
    ),
}

ESCAPE = {
    "becomes root": function(
        "import os\nos.setuid(0)\nraise LookupError('FOUND a way to be root')"
    ),
    "goes to another root": function(
        "import os\nos.chroot('/tmp')\nraise LookupError('FOUND another root')"
    ),
    "makes a user namespace": function(
        "import ctypes\nif ctypes.CDLL(None).unshare(0x10000000) == 0:\n"
        "    raise LookupError('FOUND a namespace')"
    ),
    "makes a user namespace with a process": function(
        """
import ctypes, os
libc = ctypes.CDLL(None)
clone = 220 if os.uname().machine == "aarch64" else 56
space = (ctypes.c_uint64 * 8)(0x10000000, 0, 0, 0, 17)
for call in ((clone, 0x10000000 | 17, 0, 0, 0, 0), (435, space, 64)):
    child = libc.syscall(*call)
    if child == 0:
        os._exit(0)
    if child > 0:
        raise LookupError("FOUND a namespace")
"""
    ),
    "enters a namespace": function(
        "import ctypes, os\nfd = os.open('/proc/1/ns/mnt', os.O_RDONLY)\n"
        "if ctypes.CDLL(None).setns(fd, 0) == 0:\n    raise LookupError('FOUND a namespace')"
    ),
    "mounts": function(
        "import ctypes\nif ctypes.CDLL(None).mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0:\n"
        "    raise LookupError('FOUND a mount')"
    ),
    "makes a device": function(
        "import os, stat\nos.mknod('/tmp/disk', stat.S_IFBLK | 0o600, os.makedev(254, 0))\n"
        "raise LookupError('FOUND a device')"
    ),
    "reads memory": function("open('/dev/mem', 'rb')\nraise LookupError('FOUND memory')"),
    "changes the kernel's settings": function(
        "open('/proc/sys/kernel/core_pattern', 'w').write('|/tmp/x')\n"
        "raise LookupError('FOUND the kernel')"
    ),
    "presses the kernel's keys": function(
        "open('/proc/sysrq-trigger', 'w').write('h')\nraise LookupError('FOUND the kernel')"
    ),
    "leaves its control group": function(
        "import os\nif os.path.exists('/sys/fs/cgroup'):\n    raise LookupError('FOUND groups')"
    ),
    "calls this machine": function(
        "import socket\nsocket.create_connection(('127.0.0.1', {port}), 0.3)\n"
        "raise LookupError('FOUND a listener')"
    ),
    "calls the world": function(
        "import socket\nsocket.create_connection(('192.0.2.1', 53), 0.3)\n"
        "raise LookupError('FOUND the world')"
    ),
    "calls the machine that hosts this one": function(
        "import socket\nsocket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)\n"
        "raise LookupError('FOUND a line to the host')"
    ),
    "asks for a name": function(
        "import socket\nsocket.getaddrinfo('example.org', 80)\nraise LookupError('FOUND a name')"
    ),
    "calls by an abstract name": function(
        "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('\\0{abstract}')\n"
        "raise LookupError('FOUND a listener')"
    ),
    "starts a shell": function(
        "import subprocess\nsubprocess.run(['/bin/sh', '-c', 'true'], check=True)\n"
        "raise LookupError('FOUND a shell')"
    ),
    "gains rights by a program": function(
        "import glob, os\nfor p in glob.glob('/usr/bin/*') + glob.glob('/bin/*'):\n"
        "    if os.stat(p).st_mode & 0o6000:\n        raise LookupError('FOUND ' + p)"
    ),
}
