"""Counters and a histogram in Prometheus' text format (version 0.0.4)."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from itertools import accumulate

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """What the server counts of itself.

    >>> metrics = Metrics()
    >>> metrics.observe("sparql.query", "GET", 200, 0.02)
    >>> 'communique_requests_total{endpoint="sparql.query",method="GET",status="200"} 1' in metrics.text({})
    True
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._buckets: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(_BUCKETS) + 1))
        self._events: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self.active = 0

    def count(self, event: str) -> None:
        """Count an event of the worker pool, by name."""
        with self._lock:
            self._events[event] += 1

    def refuse(self, reason: str) -> None:
        """Count a connection that was turned away, or ended by a request that could not be read."""
        with self._lock:
            self._refused[reason] += 1

    def enter(self) -> None:
        """A request has begun."""
        with self._lock:
            self.active += 1

    def leave(self) -> None:
        """A request has ended, its body included."""
        with self._lock:
            self.active -= 1

    def observe(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Count a finished request and how long it took."""
        with self._lock:
            self._requests[endpoint, method, status] += 1
            self._seconds[endpoint] += seconds
            self._buckets[endpoint][bisect_left(_BUCKETS, seconds)] += 1

    def text(self, gauges: dict[str, float], *, release: str = "") -> str:
        """Everything counted, the gauges given, and the version of the release, in the text format."""
        lines = ["# TYPE communique_release gauge", f'communique_release{{version="{release}"}} 1']
        lines += ["# TYPE communique_requests_total counter"]
        with self._lock:
            for (endpoint, method, status), number in sorted(self._requests.items()):
                labels = f'endpoint="{endpoint}",method="{method}",status="{status}"'
                lines.append(f"communique_requests_total{{{labels}}} {number}")
            lines.append("# TYPE communique_request_seconds histogram")
            for endpoint, buckets in sorted(self._buckets.items()):
                *below, number = accumulate(buckets)
                for bound, count in zip(_BUCKETS, below, strict=True):
                    lines.append(f'communique_request_seconds_bucket{{endpoint="{endpoint}",le="{bound:g}"}} {count}')
                lines.append(f'communique_request_seconds_bucket{{endpoint="{endpoint}",le="+Inf"}} {number}')
                lines.append(f'communique_request_seconds_sum{{endpoint="{endpoint}"}} {self._seconds[endpoint]:.6f}')
                lines.append(f'communique_request_seconds_count{{endpoint="{endpoint}"}} {number}')
            lines.append("# TYPE communique_query_ends_total counter")
            for event in ("time", "memory", "crash", "gone", "left", "busy"):
                lines.append(f'communique_query_ends_total{{reason="{event}"}} {self._events[event]}')
            lines.append("# TYPE communique_refused_total counter")
            for reason, number in sorted(self._refused.items()):
                lines.append(f'communique_refused_total{{reason="{reason}"}} {number}')
            gauges = {**gauges, "requests_active": self.active}
        for name, value in sorted(gauges.items()):
            lines += [f"# TYPE communique_{name} gauge", f"communique_{name} {value:g}"]
        return "\n".join(lines) + "\n"
