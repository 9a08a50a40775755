"""Articles through `map_article`, in this process or in several.

What goes wrong with one article is told of that article; the others go on.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
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


def start_worker() -> None:
    """Prepare a worker: one thread each, since there are as many workers as cores."""
    global _tools
    os.environ["OMP_NUM_THREADS"] = "1"
    _tools = load_tools()


def map_all(
    articles: Iterable[Article],
    *,
    jobs: int = 1,
    tools: Tools | None = None,
    start: Callable[[], None] = start_worker,
) -> Iterator[MappedArticle | Failure]:
    """Map articles, in their order.

    Parameters:
        articles: read as they are needed.
        jobs: how many processes; 1 maps in this one.
        tools: for one process, when they are already loaded.
        start: what each of several processes does first.
    """
    if jobs <= 1:
        tools = tools or load_tools()
        for article in articles:
            yield map_one(article, tools)
        return
    waiting = iter(articles)
    unfinished: list[Article] = []
    while True:
        yield from _in_processes(waiting, jobs, start, unfinished)
        if not unfinished:
            return
        _log.warning("A process was lost; the articles under way are mapped again, one at a time.")
        for article in unfinished:
            yield _alone(article, start)


def _in_processes(
    waiting: Iterator[Article], jobs: int, start: Callable[[], None], unfinished: list[Article]
) -> Iterator[MappedArticle | Failure]:
    """Map with several processes; leaves in `unfinished` what was under way when one of them was lost."""
    unfinished.clear()
    queue: deque[tuple[Article, Future[MappedArticle | Failure]]] = deque()
    with _executor(jobs, start) as executor:
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


def _alone(article: Article, start: Callable[[], None]) -> MappedArticle | Failure:
    """Map one article in a process of its own."""
    with _executor(1, start) as executor:
        try:
            return executor.submit(_work, article).result()
        except BrokenProcessPool:
            return Failure(article, "the process that mapped it ended without a result (out of memory?)")


def _executor(jobs: int, start: Callable[[], None]) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=start)


def _work(article: Article) -> MappedArticle | Failure:
    assert _tools is not None  # start_worker ran before
    return map_one(article, _tools)


def map_one(article: Article, tools: Tools) -> MappedArticle | Failure:
    """Map an article; a fault of the mapper in it is told of it."""
    try:
        return map_article(article, tools)
    except Exception as error:  # a fault of the mapper in one article is not to cost the others
        _log.debug("mapping %s failed", article.identifier, exc_info=True)
        return Failure(article, f"the mapper failed on it ({type(error).__name__}: {error})")
