"""How much a submission may take: the one place where these numbers stand."""

from dataclasses import dataclass

MiB = 2**20


@dataclass(frozen=True)
class Limits:
    """Limits of one submission.

    Where it says "own time", seconds are those of `sandbox.clock`: what the code computes, and what
    it sleeps, whatever else the machine does meanwhile. Elsewhere they are of `time.monotonic`.

    Parameters
    ----------
    call : float
        Own time for one call of a student's function. Right answers take a thousandth of it.
    cell : float
        Own time for running one solution cell, which as a rule only defines functions.
    exercise : float
        Own time for an exercise, all calls together.
    submission : float
        Seconds for a submission, a last resort. The limits above end whatever can be counted, long
        before, so it is reached where the machine is far too busy, or by code that hides its time.
        Then the submission is not graded. A process has as many seconds to compute, too.
    start : float
        Seconds for a sandbox to come up, and for it to end.
    memory : int
        Bytes of address space of a process, and of memory of a sandbox, which includes the kernel's
        on its behalf where there are cgroups.
    processes : int
        Processes and threads in a sandbox.
    file : int
        Bytes in a file that student code writes.
    files : int
        Bytes in all of the sandbox's private ``/tmp``, which is memory too.
    entries : int
        Files, folders and links in it; looked at from outside, twenty times a second.
    reply : int
        Bytes of one answer from the sandbox.
    calls : int
        Calls of one exercise. A test holds every declaration to it; the grader does not look.
    notebook : int
        Bytes of a notebook's file.
    objects : int
        Lists and objects in a notebook's JSON: each costs many times the memory of its two bytes.
    notebooks : int
        Notebooks in one student's folder; copies of a lesson's are among them.
    source : int
        Characters of a solution cell.
    reflection : int
        Characters of a reflection that are read; 150 words have a thousand.
    message : int
        Characters of a message to a student.
    render : float
        Own time for running all cells of a notebook for its figures, which earns nothing.
    render_cell : float
        Own time for one cell while rendering.
    shown : int
        Characters kept of what a cell prints while rendering.
    pictures : int
        Pictures kept of a cell while rendering; one that does not fit into a reply is left out.
    pixels : int
        Pixels of the largest picture that is kept.
    render_memory, render_reply : int
        As ``memory`` and ``reply``, while rendering: a lesson's data and figures take more.
    open_files : int
        Files and pipes that a process may have open.
    """

    call: float = 2.0
    cell: float = 10.0
    exercise: float = 20.0
    submission: float = 900.0
    start: float = 120.0
    memory: int = 1024 * MiB
    processes: int = 64
    file: int = 16 * MiB
    files: int = 64 * MiB
    entries: int = 4096
    reply: int = MiB
    calls: int = 30
    notebook: int = 20 * MiB
    objects: int = 1_000_000
    notebooks: int = 20
    source: int = MiB
    reflection: int = 20_000
    message: int = 1000
    render: float = 180.0
    render_cell: float = 60.0
    shown: int = 4000
    pictures: int = 4
    pixels: int = 8_000_000
    render_memory: int = 2048 * MiB
    render_reply: int = 4 * MiB
    open_files: int = 256
