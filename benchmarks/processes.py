"""The processes of a running server: which there are, what memory they hold, and whether one is left over."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path


def memory(pid: int) -> int:
    """Bytes that a process and its children hold by themselves."""
    total = 0
    for process in (pid, *children(pid)):
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) * 1024
    return total


def children(pid: int) -> Iterator[int]:
    """The process ids of all that a process has started, directly or not."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in found:
            yield child
            yield from children(child)


def left_over(pids: list[int], *, seconds: float = 10.0) -> list[int]:
    """Which of these worker processes still run after so many seconds; their numbers may be somebody else's by now."""
    until = time.monotonic() + seconds
    while (left := [pid for pid in pids if _is_worker(pid)]) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def _is_worker(pid: int) -> bool:
    try:
        return b"publisher.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
