"""The pool of worker processes that answer strangers' queries."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from publisher.errors import ProblemError
from publisher.fanout import Fanout, measure
from publisher.lanes import Job, Lanes
from publisher.nursery import Nursery
from publisher.process import Answer, EndedError, WorkerProcess, problem_of
from publisher.release import Release
from publisher.settings import Settings

_READY = 10.0  # seconds that a new release's workers have to open it before the old ones go
_LONGEST_END = 60.0  # seconds to wait for a process that was killed
_LONGEST_LOOK = 300.0  # seconds to wait for one number about a release, at the lowest priority
_TABLE = dict.fromkeys(("solutions", "boolean", "graph"), "text/tab-separated-values")
_AGAIN = 0.5  # seconds until the next try when no process was to be had
_log = logging.getLogger(__name__)


class Pool:
    """Runs strangers' queries in processes of their own, each under a deadline and a memory limit.

    It belongs to the event loop that runs when it is made; the thread of that loop alone may use it.

    Parameters:
        release: what new workers answer from.
        settings: sizes and limits.
        count: called with the name of each event worth counting (`time`, `memory`, `crash`, `gone`, `left`, `busy`).
    """

    def __init__(self, release: Release, settings: Settings, *, count: Callable[[str], None]) -> None:
        self._settings = settings
        self._count = count
        self._release = release
        self._all: set[WorkerProcess] = set()
        self._closed = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._filling = False
        self._nursery = Nursery(temporary=settings.spool)
        self._lanes = Lanes(settings, missing=self._fill)
        self._fill()

    async def run(self, query: str, request: Mapping[str, Any], *, client: str) -> Answer:
        """Answer a query; to be cancelled when the client has left.

        Parameters:
            query: its text.
            request: what `publisher.worker` takes.
            client: the address that the query is accounted to.

        Raises ProblemError for whatever is not an answer.
        """
        job = Job(query, json.dumps(request).encode(), client, time.monotonic() + self._settings.deadline)
        try:
            try:
                answer = await self._answer(job)
            except EndedError as ended:
                if str(ended) != "gone":
                    raise
                answer = await self._answer(job)  # somebody ended the worker from outside: not the query's fault
        except asyncio.CancelledError:
            self._count("left")
            raise
        except EndedError as ended:
            reason = str(ended)
            if reason in ("time", "memory", "crash"):
                self._lanes.note_long(job, proven=True)
            self._count(reason)
            raise problem_of(reason, self._settings) from ended
        if (problem := answer.head.get("problem")) is not None:
            if problem["status"] == 507:
                self._count("memory")
            raise ProblemError(**problem)
        return answer

    async def started(self) -> None:
        """Wait until the first workers are there."""
        await asyncio.wait(self._tasks, timeout=_READY)

    async def renew(self, release: Release) -> None:
        """Answer from another release from now on; queries that run already end on the old one.

        Raises EndedError when no workers can be had for it.
        """
        fresh: list[WorkerProcess] = []
        try:
            for _ in range(self._settings.workers):
                fresh.append(await self._start(release))
            for worker in fresh:
                await worker.wait_ready(time.monotonic() + _READY)
        except EndedError:
            for worker in fresh:
                self._retire(worker)
            raise
        self._release = release
        for worker in self._lanes.exchange(fresh):
            self._retire(worker)

    async def measure(self, release: Release) -> Fanout:
        """How far a release fans out, as workers at the lowest priority find. Raises EndedError when one ends."""
        worker: WorkerProcess | None = None

        async def ask(query: str) -> list[list[str]]:
            nonlocal worker
            if worker is None:
                worker = await self._start(release)
                worker.lower_priority()
            until = time.monotonic() + _LONGEST_LOOK
            await worker.wait_ready(until)
            request = {"query": query, "default_graphs": (), "named_graphs": (), "formats": _TABLE, "gzip": False}
            await worker.send(json.dumps(request).encode())
            answer = await worker.wait(until)
            if answer is None or "problem" in answer.head:
                raise EndedError("time" if answer is None else str(answer.head["problem"]["detail"]))
            if answer.head["retire"]:
                self._retire(worker)
                worker = None
            body = answer.body
            if answer.file is not None:
                with answer.file:
                    body = answer.file.read()
            return [line.split("\t") for line in body.decode().split("\n")[1:-1]]

        try:
            return await measure(ask)
        finally:
            if worker is not None:
                self._retire(worker)

    async def close(self) -> None:
        """End all workers."""
        self._closed = True
        for worker in list(self._all):
            self._retire(worker)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._nursery.close()

    def sizes(self) -> dict[str, int]:
        """How many workers there are and how many queries wait and run, for the metrics."""
        return {"workers": len(self._all), **self._lanes.sizes()}

    async def _answer(self, job: Job) -> Answer:
        answer = None if self._lanes.is_long(job) else await self._run_fast(job)
        if answer is None:
            answer = await self._run_slow(job, network=False)
        return await self._run_slow(job, network=True) if answer.head.get("network") else answer

    async def _run_fast(self, job: Job) -> Answer | None:
        """The answer, or None for a query that took too long here and has to start again in the slow lane."""
        again = True
        while again:
            answer, again = await self._try_fast(job)
        return answer

    async def _try_fast(self, job: Job) -> tuple[Answer | None, bool]:
        """The answer, if a fast worker finds it in time; else whether to try once more."""
        ticket = await self._lanes.enter_fast(job)
        worker = ticket.worker
        if worker is None:
            return None, False
        keep = demoted = False
        try:
            if not await worker.wait_ready(job.until):
                raise EndedError("busy")
            seconds, glance = self._lanes.patience(ticket)
            await worker.send(job.request)
            answer = await worker.wait_patiently(seconds, job.until)
            if answer is not None:
                keep = not answer.head["retire"]
                self._lanes.note_short(job)
            elif glance:
                self._lanes.note_suspect(job)
            else:
                self._lanes.note_long(job, proven=False)
                demoted = self._lanes.change_lane(job)
                if demoted:
                    worker.lower_priority()
                    self._lanes.leave_fast(ticket, keep=False)
                    answer = await self._finish_slow(worker, job)
            return answer, answer is None and glance
        finally:
            keep = keep and worker.version == self._release.version
            if not keep:
                self._retire(worker)
            if demoted:
                self._lanes.leave_slow(job)
            else:
                self._lanes.leave_fast(ticket, keep=keep)

    async def _run_slow(self, job: Job, *, network: bool) -> Answer:
        """The answer of a worker at the lowest priority, started for this query alone."""
        await self._lanes.enter_slow(job)
        worker = None
        try:
            worker = await self._start(self._release, network=network)
            worker.lower_priority()
            if not await worker.wait_ready(job.until):
                raise EndedError("busy")
            await worker.send(job.request)
            started = time.monotonic()
            answer = await self._finish_slow(worker, job)
            if time.monotonic() - started < self._settings.quantum:
                self._lanes.note_short(job, acquitted=True)
            return answer
        finally:
            if worker is not None:
                self._retire(worker)
            self._lanes.leave_slow(job)

    async def _finish_slow(self, worker: WorkerProcess, job: Job) -> Answer:
        answer = await worker.wait(job.until)
        if answer is None:
            raise EndedError("time")
        return answer

    async def _start(self, release: Release, *, network: bool = False) -> WorkerProcess:
        """A new worker."""
        try:
            worker = await WorkerProcess.start(self._nursery, release, self._settings, network=network)
        except OSError as error:  # no process to be had, or the pool is closed
            raise EndedError("gone") from error
        self._all.add(worker)
        return worker

    def _retire(self, worker: WorkerProcess) -> None:
        """End a worker, and see to what is left of it."""
        self._all.discard(worker)
        worker.kill()
        self._do(self._bury(worker))

    @staticmethod
    async def _bury(worker: WorkerProcess) -> None:
        await worker.ended(_LONGEST_END)
        worker.close()

    def _fill(self) -> None:
        """Have fast workers started until there are enough."""
        if not self._filling and not self._closed:
            self._filling = True
            self._do(self._start_missing())

    async def _start_missing(self) -> None:
        while not self._closed and self._lanes.wanted() > 0:
            release = self._release
            try:
                worker = await self._start(release)
            except EndedError as ended:
                _log.error("a worker could not be started: %s", ended.__cause__)
                await asyncio.sleep(_AGAIN)
                continue
            if release is self._release and not self._closed:
                self._lanes.offer(worker)
            else:  # another release came in between
                self._retire(worker)
        self._filling = False  # with nothing awaited since the last look

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done beside the queries."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
