"""Times, memory and accuracy of builds as a user runs them, beside a bare parse and a bare load of the same."""

from __future__ import annotations

import gzip
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processes import memory

from corpus.articles import generate
from mapper.annotations import read_gold, read_names, read_same
from mapper.article import Article, read_articles
from mapper.evaluation import evaluate
from mapper.parser import load_parser
from mapper.published import read_dataset

MIB = 1 << 20
_parser: Any = None
"""Of a process that parses."""


@dataclass(frozen=True)
class Ratio:
    """What was compared, what it came to, and what it should be: at most `wanted`, at least where that is negative.

    `processor` is the same by the time of processors, which other work on the machine changes less.
    """

    name: str
    value: float
    wanted: float
    processor: float | None = None

    def __str__(self) -> str:
        good = self.value <= self.wanted if self.wanted > 0 else self.value >= -self.wanted
        asked = f"{'at most' if self.wanted > 0 else 'at least'} {abs(self.wanted):g}"
        work = f"; {self.processor:.3f} by processor time" if self.processor else ""
        return f"{self.name:28} {self.value:7.3f}  {'met' if good else 'NOT MET':8} ({asked}{work})"


@dataclass(frozen=True)
class Cost:
    """What something took: seconds of the clock, seconds of all processors, and the most bytes that it held."""

    clock: float
    processor: float
    memory: int = 0


class Watch:
    """Measures what happens until `read`, in processes of this one; they count when they have ended."""

    def __init__(self) -> None:
        self._clock, self._processor = time.perf_counter(), _processor()

    def read(self, memory: int = 0) -> Cost:
        """The cost since the beginning."""
        return Cost(time.perf_counter() - self._clock, _processor() - self._processor, memory)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def say(what: str, cost: Cost) -> None:
    """Tell what something took."""
    held = f", at most {cost.memory // MIB} MiB" if cost.memory else ""
    print(f"{what}: {cost.clock:.1f} s, {cost.processor:.1f} s of processors{held}", flush=True)


def build(what: str, articles: Path, out: Path, *, jobs: int) -> Cost:
    """Build a release as `communique build` does, with what is kept below `out` from before; shows what it tells."""
    command = [sys.executable, "-c", "import sys; from mapper.cli import main; sys.exit(main())", "build"]
    watch, most, said = Watch(), 0, 0
    print(f"{what} ...", flush=True)
    log = out.with_name(f"{out.name}.log")
    with log.open("wb") as told:
        process = subprocess.Popen(
            [*command, str(articles), "--out", str(out), "--jobs", str(jobs)], stdout=told, stderr=told
        )
    while process.poll() is None:
        most = max(most, memory(process.pid))
        lines = log.read_text(encoding="utf-8").splitlines()
        for line in lines[said:]:
            print(f"    {watch.read().clock:8.1f} s  {line}", flush=True)
        said = len(lines)
        time.sleep(0.25)
    if process.returncode not in (0, 1):
        sys.exit(f"The build failed:\n{log.read_text(encoding='utf-8')}")
    cost = watch.read(most)
    say(what, cost)
    return cost


def bare_parse(articles: Path, *, jobs: int) -> Cost:
    """What the parser alone takes for the same texts in as many processes, its loading included."""
    texts = [article.text for article in read_articles([articles]) if isinstance(article, Article)]
    watch = Watch()
    with ProcessPoolExecutor(jobs, initializer=_start) as pool:
        portions = [texts[index : index + 32] for index in range(0, len(texts), 32)]
        list(pool.map(_parse, portions))
    return watch.read()


def _start() -> None:
    global _parser
    os.environ["OMP_NUM_THREADS"] = "1"
    _parser = load_parser()


def _parse(texts: Sequence[str]) -> int:
    return sum(len(parsed) for parsed in _parser.pipe(texts))


def load_store(release: Path, folder: Path, program: str) -> tuple[float, float]:
    """Seconds that we take to load a store from a release's N-Quads, and that `oxigraph load` takes."""
    import pyoxigraph as ox

    quads = folder / "quads.nq"
    with gzip.open(release / "dumps" / "communique.nq.gz") as packed, quads.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    begun = time.perf_counter()
    store = ox.Store(str(folder / "ours"))
    store.bulk_load(path=str(quads), format=ox.RdfFormat.N_QUADS)
    store.flush()
    ours = time.perf_counter() - begun
    begun = time.perf_counter()
    subprocess.run(
        [program, "load", "--location", str(folder / "theirs"), "--file", str(quads)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return ours, time.perf_counter() - begun


def accuracy(corpus: Path, release: Path) -> tuple[float, float]:
    """Precision of events and F1 of merged pairs of a release, by the known truth of its articles."""
    figures = evaluate(
        read_dataset(release),
        read_gold(corpus / "gold"),
        names=read_names(corpus / "names.csv"),
        same=read_same(corpus / "coref.json"),
    ).figures()
    return figures["events"]["precision"], figures["coreference_pairs"]["f1"]


def measure(folder: Path, *, base: int, articles: int, jobs: int, program: str | None) -> Iterator[Ratio]:
    """Measure all in one run: what a few articles cost, then many, if there are to be any, and ten more than those."""
    small, big, more = (folder / name for name in ("small", "large", "more"))
    for number, out, seed in ((base, small, 1), (articles, big, 2), (10, more, 3)):
        generate(number, out, seed=seed)
    parse = bare_parse(small / "articles", jobs=jobs)
    say(f"bare parse of {base} articles, {jobs} processes", parse)
    wide = build(f"build of {base}, {jobs} processes", small / "articles", folder / "wide", jobs=jobs)
    yield Ratio("whole build : bare parse", wide.clock / parse.clock, 1.4, wide.processor / parse.processor)
    narrow = build(f"build of {base}, 1 process", small / "articles", folder / "narrow", jobs=1)
    yield Ratio(f"1 process : {jobs}", narrow.clock / wide.clock, -1.8)
    corpus, out = small, folder / "wide"
    if articles > base:
        corpus, out = big, folder / "whole"
        whole = build(f"build of {articles}, {jobs} processes", big / "articles", out, jobs=jobs)
        most, work = 1.05 * articles / base, whole.processor / wide.processor
        yield Ratio(f"{articles} articles : {base}", whole.clock / wide.clock, most, work)
        yield Ratio("memory of the two", whole.memory / wide.memory, 1.2)
    release = (out / "current").resolve()
    precision, pairs = accuracy(corpus, release)
    yield Ratio("precision of events", precision, -0.95)
    yield Ratio("F1 of merged pairs", pairs, -0.97)
    if program:
        ours, theirs = load_store(release, folder, program)
        print(f"loading the store: {ours:.1f} s, oxigraph load {theirs:.1f} s", flush=True)
        yield Ratio("store load : oxigraph load", ours / theirs, 1.3)
    else:
        print("oxigraph load: left out, for it is not installed (pip install oxigraph, or give --oxigraph)")
    if articles > base:
        for path in sorted((more / "articles").iterdir()):
            shutil.copy(path, big / "articles" / f"more-{path.name}")
        added = build("10 articles added", big / "articles", out, jobs=jobs)
        yield Ratio("adding 10 : building all", added.clock / whole.clock, 0.1, added.processor / whole.processor)
