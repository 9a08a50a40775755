"""Processes that fail, hang or are killed cost what they were doing, and nothing else."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mapper import pool as pool_module
from mapper.errors import ConfigurationError
from mapper.pool import Here, Lost, Pool, Task


def square(number: int) -> int:
    if number == 3:
        os._exit(9)
    if number == 4:
        raise RecursionError("too deep")
    if number == 5:
        raise ConfigurationError("nothing works")
    return number * number


def hang(number: int) -> int:
    if number == 1:
        time.sleep(600)
    return number


def once(folder: str, number: int) -> int:
    """Lets its process die the first time."""
    try:
        Path(folder, str(number)).touch(exist_ok=False)
    except FileExistsError:
        return number
    os.kill(os.getpid(), signal.SIGKILL)
    return -1


def wait_for(folder: str, number: int) -> int:
    """Goes on when somebody has put a file there."""
    Path(folder, f"started-{number}").touch()
    while not Path(folder, "go").exists():
        time.sleep(0.01)
    return number


def tasks(*numbers: int) -> Iterator[Task]:
    return ((square, (number,)) for number in numbers)


def test_results_come_in_the_order_of_the_tasks() -> None:
    with Pool(2) as pool:
        assert list(pool.map(tasks(*range(3)))) == [0, 1, 4]
        assert list(pool.map(tasks(*range(6, 40)))) == [number * number for number in range(6, 40)]
        assert len(pool.processes) == 2


def test_a_task_that_takes_its_process_with_it_costs_itself_only() -> None:
    with Pool(2) as pool:
        *before, lost, after = pool.map(tasks(1, 2, 3, 6))
    assert (before, after) == ([1, 4], 36)
    assert isinstance(lost, Lost)
    assert "ended without a result" in lost.reason


def test_a_fault_in_a_task_is_told() -> None:
    with Pool(1) as pool:
        assert list(pool.map(tasks(4, 1))) == [Lost("the mapper failed on it (RecursionError: too deep)"), 1]
    assert list(Here().map(tasks(4, 1))) == [Lost("the mapper failed on it (RecursionError: too deep)"), 1]


def test_an_error_that_concerns_everything_ends_it() -> None:
    with Pool(2) as pool, pytest.raises(ConfigurationError, match="nothing works"):
        list(pool.map(tasks(1, 5, 2)))
    with pytest.raises(ConfigurationError, match="nothing works"):
        list(Here().map(tasks(5)))


def test_what_hangs_is_stopped_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "_LOADING", 5.0)
    with Pool(2, limit=0.5) as pool:
        results = list(pool.map((hang, (number,)) for number in range(6)))
    assert results == [0, Lost("it took longer than 0.5 seconds"), 2, 3, 4, 5]


def test_what_a_killed_process_did_is_done_again(tmp_path: Path) -> None:
    with Pool(2) as pool:
        assert list(pool.map((once, (str(tmp_path), number)) for number in range(6))) == list(range(6))


def test_processes_killed_from_outside_are_replaced(tmp_path: Path) -> None:
    with Pool(2) as pool:

        def kill() -> None:
            while not (tmp_path / "started-1").exists():
                time.sleep(0.01)
            for process in pool.processes:
                os.kill(process, signal.SIGKILL)
            (tmp_path / "go").touch()

        killer = threading.Thread(target=kill)
        killer.start()
        assert list(pool.map((wait_for, (str(tmp_path), number)) for number in range(6))) == list(range(6))
        killer.join()


def test_no_more_tasks_are_taken_up_than_are_needed() -> None:
    taken: list[int] = []

    def counting() -> Iterator[Task]:
        for number in range(100):
            taken.append(number)
            yield abs, (number,)

    with Pool(2) as pool:
        results = pool.map(counting())
        assert next(results) == 0
        assert len(taken) <= 2 * pool_module._AHEAD + 1


def test_processes_end_with_their_pool() -> None:
    with Pool(1) as pool:
        assert list(pool.map(tasks(1))) == [1]
        (process,) = pool.processes
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
