"""Times and memory of builds as a user runs them, beside a bare parse and a bare load of the same."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soak import memory

from corpus.articles import generate
from mapper.article import Article, read_articles
from mapper.parser import load_parser

MIB = 1 << 20
_parser: Any = None
"""Of a process that parses."""


@dataclass(frozen=True)
class Build:
    """What one build took: seconds, the most bytes that it and its processes held, and seconds by what it told."""

    seconds: float
    memory: int
    stages: tuple[tuple[str, float], ...]

    def told(self, name: str) -> str:
        """A line for people, and one for every stage."""
        lines = [f"{name}: {self.seconds:.1f} s, at most {self.memory // MIB} MiB"]
        return "\n".join(lines + [f"    {seconds:8.1f} s  until “{stage}”" for stage, seconds in self.stages])


def build(articles: Path, out: Path, *, jobs: int) -> Build:
    """Build a release as `communique build` does, with whatever is kept below `out` from before."""
    command = [sys.executable, "-c", "import sys; from mapper.cli import main; sys.exit(main())", "build"]
    begun = last = time.perf_counter()
    log = out.with_name(f"{out.name}.log")
    with log.open("wb") as told:
        process = subprocess.Popen(
            [*command, str(articles), "--out", str(out), "--jobs", str(jobs)], stdout=told, stderr=told
        )
    most, stages, said = 0, [], 0
    while process.poll() is None:
        most = max(most, memory(process.pid))
        lines = log.read_text(encoding="utf-8").splitlines()
        now = time.perf_counter()
        for line in lines[said:]:
            stages.append((line, now - last))
            last = now
        said = len(lines)
        time.sleep(0.25)
    seconds = time.perf_counter() - begun
    if process.returncode not in (0, 1):
        sys.exit(f"The build failed:\n{log.read_text(encoding='utf-8')}")
    return Build(seconds, most, tuple(stages))


def bare_parse(articles: Path, *, jobs: int) -> float:
    """Seconds that the parser alone takes for the same texts in as many processes, its loading included."""
    texts = [article.text for article in read_articles([articles]) if isinstance(article, Article)]
    begun = time.perf_counter()
    if jobs == 1:
        _start()
        _parse(texts)
    else:
        with ProcessPoolExecutor(jobs, initializer=_start) as pool:
            portions = [texts[index : index + 32] for index in range(0, len(texts), 32)]
            list(pool.map(_parse, portions))
    return time.perf_counter() - begun


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


def measure(folder: Path, *, articles: int, large: int, jobs: int, program: str | None) -> list[tuple[str, float, str]]:
    """Measure all in one run; returns what was compared, the ratio and what it should be."""
    small, big, more = (folder / name for name in ("small", "large", "more"))
    for number, out, seed in ((articles, small, 1), (large, big, 2), (10, more, 3)):
        generate(number, out, seed=seed)
    parse = bare_parse(small / "articles", jobs=jobs)
    print(f"bare parse of {articles} articles, {jobs} processes: {parse:.1f} s", flush=True)
    wide = build(small / "articles", folder / "wide", jobs=jobs)
    print(wide.told(f"build of {articles}, {jobs} processes"), flush=True)
    narrow = build(small / "articles", folder / "narrow", jobs=1)
    print(narrow.told(f"build of {articles}, 1 process"), flush=True)
    ratios = [("whole build : bare parse", wide.seconds / parse, "at most 1.4"),
              (f"1 process : {jobs}", narrow.seconds / wide.seconds, "at least 1.8")]  # fmt: skip
    if large > articles:
        whole = build(big / "articles", folder / "whole", jobs=jobs)
        print(whole.told(f"build of {large}, {jobs} processes"), flush=True)
        times = large / articles
        ratios += [(f"{large} articles : {articles}", whole.seconds / wide.seconds, f"at most {1.05 * times:g}"),
                   ("memory of the two", whole.memory / wide.memory, "at most 1.2")]  # fmt: skip
        for path in sorted((more / "articles").iterdir()):
            shutil.copy(path, big / "articles" / f"more-{path.name}")
        added = build(big / "articles", folder / "whole", jobs=jobs)
        print(added.told("10 articles added"), flush=True)
        ratios.append(("adding 10 : building all", added.seconds / whole.seconds, "at most 0.1"))
    if program:
        last = (folder / ("whole" if large > articles else "wide") / "current").resolve()
        ours, theirs = load_store(last, folder, program)
        print(f"loading the store: {ours:.1f} s, oxigraph load {theirs:.1f} s", flush=True)
        ratios.append(("store load : oxigraph load", ours / theirs, "at most 1.3"))
    else:
        print("oxigraph load: left out, for it is not installed (pip install oxigraph, or give --oxigraph)")
    return ratios
