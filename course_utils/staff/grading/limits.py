"""How much a submission may take: the one place where these numbers stand."""

from dataclasses import dataclass

MiB = 2**20


@dataclass(frozen=True)
class Limits:
    """Limits of one submission.

    Times are seconds of `time.monotonic`: the clock goes on while code sleeps, and does not jump.
    A deadline is put off by what the sandbox waited for a processor; see ``postponement``.

    Parameters
    ----------
    call : float
        Seconds for one call of a student's function. Right answers take a thousandth of it.
    cell : float
        Seconds for running one solution cell, which as a rule only defines functions.
    exercise : float
        Seconds for an exercise, all calls together.
    submission : float
        Seconds for a submission, cells and calls of all its exercises together. Rounded up, it is
        also how many seconds of CPU time each process in the sandbox may take.
    start : float
        Seconds for a sandbox to come up, and for it to end. They do not count for ``submission``.
    memory : int
        Bytes of address space of a process, and of memory of a sandbox where there are cgroups.
    processes : int
        Processes and threads in a sandbox.
    file : int
        Bytes in a file that student code writes.
    files : int
        Bytes in all of the sandbox's private ``/tmp``, which is memory too.
    reply : int
        Bytes of one answer from the sandbox.
    calls : int
        Calls of one exercise. A test holds every declaration to it; the grader does not look.
    notebook : int
        Bytes of a notebook's file.
    objects : int
        Lists and objects in a notebook's JSON: each costs many times the memory of its two bytes.
    source : int
        Characters of a solution cell.
    message : int
        Characters of a message to a student.
    render : float
        Seconds for running all cells of a notebook for its figures, which earns nothing; CPU time
        as for ``submission``.
    render_cell : float
        Seconds for one cell while rendering.
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
    postponement : float
        A deadline is put off by the time that the sandbox waits for a processor. The whole is at
        most so many times the deadline's length.
    """

    call: float = 2.0
    cell: float = 10.0
    exercise: float = 20.0
    submission: float = 60.0
    start: float = 30.0
    memory: int = 1024 * MiB
    processes: int = 64
    file: int = 16 * MiB
    files: int = 64 * MiB
    reply: int = MiB
    calls: int = 30
    notebook: int = 20 * MiB
    objects: int = 1_000_000
    source: int = MiB
    message: int = 1000
    render: float = 180.0
    render_cell: float = 60.0
    shown: int = 4000
    pictures: int = 4
    pixels: int = 8_000_000
    render_memory: int = 2048 * MiB
    render_reply: int = 4 * MiB
    open_files: int = 256
    postponement: float = 10.0
