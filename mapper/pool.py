"""Articles through `map_article`, in this process or in several.

What goes wrong with one article is told of that article; the others go on.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from mapper.document import Article, MappedArticle
from mapper.mapping import Tools, load_tools, map_article

_log = logging.getLogger(__name__)
_AHEAD = 4
"""Articles per process that are handed out before results are taken, so that memory does not grow with the input."""
_tools: Tools | None = None
"""Of a worker process: loaded once, when it starts."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that could not be mapped, with the reason in words."""

    article: Article
    reason: str


def map_all(
    articles: Iterable[Article], *, jobs: int = 1, tools: Tools | None = None
) -> Iterator[MappedArticle | Failure]:
    """Map articles, in their order.

    Parameters:
        articles: read as they are needed.
        jobs: how many processes; 1 maps in this one.
        tools: for one process, when they are already loaded.
    """
    if jobs <= 1:
        tools = tools or load_tools()
        for article in articles:
            yield _map(article, tools)
        return
    waiting = iter(articles)
    unfinished: list[Article] = []
    while True:
        yield from _in_processes(waiting, jobs, unfinished)
        if not unfinished:
            return
        _log.warning("A process was lost; the articles under way are mapped again, one at a time.")
        yield from map(_alone, unfinished)


def _in_processes(
    waiting: Iterator[Article], jobs: int, unfinished: list[Article]
) -> Iterator[MappedArticle | Failure]:
    """Map with several processes; leaves in `unfinished` what was under way when one of them was lost."""
    unfinished.clear()
    queue: deque[tuple[Article, Future[MappedArticle | Failure]]] = deque()
    with _executor(jobs) as executor:
        try:
            for article in waiting:
                unfinished.append(article)
                queue.append((article, executor.submit(_work, article)))
                if len(queue) >= jobs * _AHEAD:
                    yield queue[0][1].result()
                    unfinished.remove(queue.popleft()[0])
            while queue:
                yield queue[0][1].result()
                unfinished.remove(queue.popleft()[0])
        except BrokenProcessPool:
            return


def _alone(article: Article) -> MappedArticle | Failure:
    """Map one article in a process of its own."""
    with _executor(1) as executor:
        try:
            return executor.submit(_work, article).result()
        except BrokenProcessPool:
            return Failure(article, "the process that mapped it ended without a result (out of memory?)")


def _executor(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_start)


def _start() -> None:
    """Prepare a worker: one thread each, since there are as many workers as cores."""
    global _tools
    os.environ["OMP_NUM_THREADS"] = "1"
    _tools = load_tools()


def _work(article: Article) -> MappedArticle | Failure:
    assert _tools is not None  # _start ran before
    return _map(article, _tools)


def _map(article: Article, tools: Tools) -> MappedArticle | Failure:
    try:
        return map_article(article, tools)
    except Exception as error:  # a fault of the mapper in one article is not to cost the others
        _log.debug("mapping %s failed", article.identifier, exc_info=True)
        return Failure(article, f"the mapper failed on it ({type(error).__name__}: {error})")
