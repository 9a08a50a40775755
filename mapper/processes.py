"""Work spread over several processes, with the results in order."""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

_log = logging.getLogger(__name__)
Item = TypeVar("Item")
Result = TypeVar("Result")


def spread(work: Callable[[Item], Result], items: Sequence[Item], *, jobs: int) -> Iterator[Result]:
    """The results of work on items, in their order, however many processes share it.

    Parameters:
        work: a function of a module, which processes can import.
        items: what to work on, in pieces that are worth the start of a process.
        jobs: how many processes; with one, or with one item, all is done in this one.

    >>> list(spread(abs, [-1, 2], jobs=1))
    [1, 2]
    """
    done = 0
    if min(jobs, len(items)) > 1:
        context = multiprocessing.get_context("spawn")
        try:
            with ProcessPoolExecutor(min(jobs, len(items)), mp_context=context) as executor:
                for result in executor.map(work, items):
                    yield result
                    done += 1
        except BrokenProcessPool:
            _log.warning("A process was lost; what it did is done again in this one.")
    yield from map(work, items[done:])
