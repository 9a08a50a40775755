"""Work spread over several processes, with the results in order."""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

_log = logging.getLogger(__name__)
_EACH = 2
"""Items per process at least: its start costs about as much as one of them."""
Item = TypeVar("Item")
Result = TypeVar("Result")


def cores() -> int:
    """How many processes can run at once on this machine, as far as this one may use it."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(work: Callable[[Item], Result], items: Sequence[Item], *, jobs: int) -> Iterator[Result]:
    """The results of work on items, in their order, however many processes share it.

    Parameters:
        work: a function of a module, which processes can import.
        items: what to work on, in pieces of about a second or more.
        jobs: how many processes at most; with one, or with few items, all is done in this one.

    >>> list(spread(abs, [-1, 2], jobs=1))
    [1, 2]
    """
    done = 0
    jobs = min(jobs, len(items) // _EACH)
    if jobs > 1:
        context = multiprocessing.get_context("spawn")
        try:
            with ProcessPoolExecutor(jobs, mp_context=context) as executor:
                for result in executor.map(work, items):
                    yield result
                    done += 1
        except BrokenProcessPool:
            _log.warning("A process was lost; what it did is done again in this one.")
    yield from map(work, items[done:])
