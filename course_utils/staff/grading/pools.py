"""Pools that score submissions: this process, processes of this machine, a scheduler's workers.

A pool takes a grader and work, an iterator of (student, submission), and yields each item of work
with its result, in any order. It asks for more work only when there is room, so that memory does
not grow with the cohort. A worker that dies costs nobody a result: what it had is tried again.
"""

import functools
import multiprocessing
import os
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, CancelledError, wait
from contextlib import contextmanager, suppress
from itertools import chain

from course_utils.app.places import UsageError, first_line_of

# Submissions that each worker has at once: one that runs and one that waits.
AT_HAND = 2
# How often a submission is given to a worker, if one after the other dies over it.
TRIES = 3
# What a worker imports, if it is to score.
WORKERS_NEED = ["course_utils.staff.grading.cohort", "course_utils.staff.registry"]
# How long a scheduler is given to answer, and then to have a worker: seconds, by the wall clock.
SCHEDULER_TIMEOUT = 30

WORKERS_DIED = "the workers that had it died, one after the other; the next run tries again"


class GradingError(RuntimeError):
    """Something of ours broke in the middle; the text is one sentence."""


class _WorkerDiedError(Exception):
    """A worker died over a submission: its own fault or the machine's."""


@contextmanager
def ended(scores):
    """End a pool's work with the ``with`` statement.

    If the block raises, that error is reported, and not one that ending the pool may cause.

    Parameters
    ----------
    scores : generator
        What a pool returned.
    """
    try:
        yield scores
    except BaseException:
        with suppress(GradingError):  # workers that do not end, as a consequence
            scores.close()
        raise


def in_this_process(grader, work):
    """Score in this process, one after the other."""
    for item in work:
        yield item, _result(grader, item[1], functools.partial(grader.score, item[1], grader.seed))


def _result(grader, submission, returned: Callable):
    """Return what ``returned()`` returns, or the result that says why it raised.

    What concerns everybody, such as a missing sandbox, ends the run.
    """
    try:
        return returned()
    except (GradingError, UsageError, _WorkerDiedError):
        raise
    except Exception as error:
        traceback.print_exception(error)
        reason = f"the grader failed on it ({type(error).__name__}); the next run tries again"
        return grader.not_graded(submission, reason)


# --- processes of this machine --------------------------------------------------------------------


def prepare_workers():
    """Start the process that workers are copies of, unless it runs; it imports what they need.

    Not copies of this one, which has its threads' locks and its databases. Called early, it imports
    while this process does so too. It listens in a folder that nobody else may enter.

    Returns
    -------
    multiprocessing.context.BaseContext
    """
    if sys.version_info < (3, 11, 1):  # there every account could speak to it: CVE-2022-42919
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver  # not on Windows, where this module is imported too

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(WORKERS_NEED)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads would be no part of a copy
    forkserver.ensure_running()
    return context


def local_workers(workers):
    """Return a pool of so many processes; they start with the first submission to be scored.

    They speak to this process through pipes: no other account on the machine can reach them.
    """

    def pool(grader, work):
        first = next(work, None)
        if first is None:
            return
        from pebble import ProcessPool

        processes = ProcessPool(workers, context=prepare_workers())
        try:
            yield from _shared_out(processes, workers, grader, chain([first], work))
            processes.close()
        finally:
            processes.stop()
            processes.join()

    return pool


def _shared_out(processes, workers, grader, work):
    """Keep every process busy, and hand on what comes back in whatever order."""
    under_way = {}

    def begin(item, tries):
        try:
            future = processes.schedule(grader.score, args=(item[1], grader.seed))
        except RuntimeError as error:  # pebble could not start one, and takes no more work
            raise GradingError(f"the workers did not start ({first_line_of(error)})") from error
        under_way[future] = item, tries

    while True:
        while len(under_way) < AT_HAND * workers and (item := next(work, None)) is not None:
            begin(item, 1)
        if not under_way:
            return
        done, _ = wait(under_way, return_when=FIRST_COMPLETED)
        for future in done:
            item, tries = under_way.pop(future)
            try:
                result = _result(grader, item[1], functools.partial(_outcome, future))
            except _WorkerDiedError:
                if tries < TRIES:
                    begin(item, tries + 1)
                    continue
                result = grader.not_graded(item[1], WORKERS_DIED)
            yield item, result


def _outcome(future):
    from pebble import ProcessExpired

    try:
        return future.result()
    except ProcessExpired as error:
        raise _WorkerDiedError from error
    except CancelledError:  # pebble gave up
        raise GradingError(
            "the workers are gone; what was scored is on the ledger: run again"
        ) from None


# --- the workers of a scheduler -------------------------------------------------------------------


def scheduler_workers(address):
    """Return a pool of the workers of a dask scheduler.

    It raises UsageError if nobody answers at the address, or no worker shows up there.
    """

    def pool(grader, work):
        first = next(work, None)
        if first is None:
            return
        from distributed import Client

        try:
            client = Client(address, timeout=SCHEDULER_TIMEOUT)
        except (OSError, TimeoutError, ValueError) as error:
            raise UsageError(
                f"expected a dask scheduler at {address!r}, got none ({first_line_of(error)})"
            ) from None
        with _telling_of_workers(), client:
            try:
                client.wait_for_workers(1, timeout=SCHEDULER_TIMEOUT)
            except TimeoutError:
                raise UsageError(f"expected workers at the scheduler {address}, got none") from None
            yield from _spread(client, grader, chain([first], work))

    return pool


@contextmanager
def _telling_of_workers():
    """Turn into a sentence what dask raises where workers are gone, or do not end in time."""
    try:
        yield
    except OSError as error:  # timeouts and closed connections are such
        raise GradingError(
            f"the workers are gone or did not end ({first_line_of(error)}); "
            "what was scored is on the ledger: run again"
        ) from error


def _spread(client, grader, work):
    """Keep every worker busy, and hand on what comes back in whatever order."""
    from distributed import as_completed

    room = AT_HAND * max(1, sum(client.nthreads().values()))
    under_way, completed = {}, as_completed()
    while True:
        while len(under_way) < room and (item := next(work, None)) is not None:
            future = client.submit(grader.score, item[1], grader.seed, pure=False)
            under_way[future.key] = item
            completed.add(future)
        if not under_way:
            return
        future = next(completed)
        item = under_way.pop(future.key)
        yield item, _fetched(client, grader, item[1], future)


def _fetched(client, grader, submission, future):
    from distributed import KilledWorker

    if future.status in ("cancelled", "lost") or client.status != "running":
        raise GradingError("the scheduler is gone; what was scored is on the ledger: run again")

    def outcome():
        try:
            return future.result()
        except KilledWorker as error:
            raise _WorkerDiedError from error

    try:
        return _result(grader, submission, outcome)
    except _WorkerDiedError:
        return grader.not_graded(submission, WORKERS_DIED)
