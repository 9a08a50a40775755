"""The pool of worker processes that answer strangers' queries."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from publisher.errors import ProblemError
from publisher.lanes import Job, Lanes
from publisher.nursery import Nursery
from publisher.process import Answer, ClientGoneError, EndedError, WorkerProcess, problem_of
from publisher.release import Release
from publisher.scheduling import digests
from publisher.settings import Settings

_READY = 10.0  # seconds that a new release's workers have to open it before the old ones go


class Pool:
    """Runs strangers' queries in processes of their own, each under a deadline and a memory limit.

    Parameters:
        release: what new workers answer from.
        settings: sizes and limits.
        count: called with the name of each event worth counting (`time`, `memory`, `crash`, `gone`, `left`, `busy`).
    """

    def __init__(self, release: Release, settings: Settings, *, count: Callable[[str], None]) -> None:
        self._settings = settings
        self._count = count
        self._release = release
        self._lock = threading.Lock()
        self._all: set[WorkerProcess] = set()
        self._closed = False
        # Workers end with the thread that started them, so one thread that lives as long as the pool starts them all.
        self._keeper = ThreadPoolExecutor(1, thread_name_prefix="keeper")
        self._undertaker = ThreadPoolExecutor(1, thread_name_prefix="undertaker")
        self._lanes = Lanes(settings, missing=lambda: self._submit(self._keeper, self._fill))
        self._nursery = self._keeper.submit(Nursery, temporary=settings.spool).result()
        self._keeper.submit(self._fill).result()

    def run(self, request: Mapping[str, Any], *, client: str, gone: Callable[[], bool]) -> Answer:
        """Answer a query.

        Parameters:
            request: what `publisher.worker` takes.
            client: the address that the query is accounted to.
            gone: tells whether the client has left.

        Raises ProblemError for whatever is not an answer, and ClientGoneError when the client left before one.
        """
        until = time.monotonic() + self._settings.deadline
        job = Job({**request, "seconds": self._settings.deadline}, digests(request["query"]), client, until, gone)
        try:
            try:
                answer = self._answer(job)
            except EndedError as ended:
                if str(ended) != "gone":
                    raise
                answer = self._answer(job)  # somebody ended the worker from outside, which is not the query's fault
        except ClientGoneError:
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

    def renew(self, release: Release) -> None:
        """Answer from another release from now on; queries that run already end on the old one."""
        fresh = [self._start(release) for _ in range(self._settings.workers)]
        for worker in fresh:
            worker.wait_ready(time.monotonic() + _READY, lambda: False)
        with self._lock:
            self._release = release
        for worker in self._lanes.exchange(fresh):
            self._retire(worker)

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            self._closed = True
            workers, self._all = list(self._all), set()
        self._keeper.shutdown(cancel_futures=True)
        self._undertaker.shutdown()
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.bury()
        self._nursery.close()

    def sizes(self) -> dict[str, int]:
        """How many workers there are and how many queries wait and run, for the metrics."""
        return {"workers": len(self._all), **self._lanes.sizes()}

    def _answer(self, job: Job) -> Answer:
        answer = None if self._lanes.is_long(job) else self._run_fast(job)
        if answer is None:
            answer = self._run_slow(job, network=False)
        return self._run_slow(job, network=True) if answer.head.get("network") else answer

    def _run_fast(self, job: Job) -> Answer | None:
        """The answer, or None for a query that took too long here and has to start again in the slow lane."""
        again = True
        while again:
            answer, again = self._try_fast(job)
        return answer

    def _try_fast(self, job: Job) -> tuple[Answer | None, bool]:
        """The answer, if a fast worker finds it in time; else whether to try once more."""
        ticket = self._lanes.enter_fast(job)
        worker = ticket.worker
        if worker is None:
            return None, False
        keep = demoted = False
        try:
            if not worker.wait_ready(job.until, job.gone):
                raise EndedError("busy")
            seconds, glance = self._lanes.patience(ticket)
            worker.send(job.request)
            answer = worker.wait_patiently(seconds, job.until, job.gone)
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
                    answer = self._finish_slow(worker, job)
            return answer, answer is None and glance
        finally:
            keep = keep and worker.version == self._release.version
            if not keep:
                self._retire(worker)
            if demoted:
                self._lanes.leave_slow(job)
            else:
                self._lanes.leave_fast(ticket, keep=keep)

    def _run_slow(self, job: Job, *, network: bool) -> Answer:
        """The answer of a worker at the lowest priority, started for this query alone."""
        self._lanes.enter_slow(job)
        worker = None
        try:
            worker = self._start(self._release, network=network, idle_priority=True)
            if not worker.wait_ready(job.until, job.gone):
                raise EndedError("busy")
            worker.send(job.request)
            started = time.monotonic()
            answer = self._finish_slow(worker, job)
            if time.monotonic() - started < self._settings.quantum:
                self._lanes.note_short(job, acquitted=True)
            return answer
        finally:
            if worker is not None:
                self._retire(worker)
            self._lanes.leave_slow(job)

    def _finish_slow(self, worker: WorkerProcess, job: Job) -> Answer:
        answer = worker.wait(job.until, job.gone)
        if answer is None:
            raise EndedError("time")
        return answer

    def _start(self, release: Release, **options: bool) -> WorkerProcess:
        """A new worker, started by the keeper."""
        try:
            worker = self._keeper.submit(WorkerProcess, self._nursery, release, self._settings, **options).result()
        except (OSError, RuntimeError) as error:  # no process to be had, or the pool is closed
            raise EndedError("gone") from error
        with self._lock:
            self._all.add(worker)
        return worker

    def _retire(self, worker: WorkerProcess) -> None:
        """End a worker; the undertaker sees to what is left of it."""
        with self._lock:
            self._all.discard(worker)
        worker.kill()
        self._submit(self._undertaker, worker.bury)

    def _fill(self) -> None:
        """Start fast workers until there are enough (in the keeper's thread)."""
        while not self._closed and self._lanes.wanted() > 0:
            release = self._release
            worker = WorkerProcess(self._nursery, release, self._settings)
            with self._lock:
                self._all.add(worker)
            if release is self._release:
                self._lanes.offer(worker)
            else:  # another release came in between
                self._retire(worker)

    def _submit(self, executor: ThreadPoolExecutor, task: Callable[[], None]) -> None:
        with self._lock:
            if not self._closed:
                executor.submit(task)
