"""How much the mapper's own stages take, compared with the parse of the same sentences.

    python benchmarks/mapping.py --articles tests/gold/dev/articles --rounds 3

Maps every article with the parser's time taken apart, both measured side by side in one run, and prints the ratio of
everything else (names, links, times, coreference, rules, events) to the parse. Loading is not counted. Fails when the
mapper's own stages take longer than `--most` times the parse.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mapper.article import read_articles
from mapper.document import Article
from mapper.mapping import Tools, load_tools, map_article

ROOT = Path(__file__).resolve().parent.parent


class Stopwatch:
    """A parser, or a part of one, that counts the seconds it works; everything else is the parser's own."""

    def __init__(self, parser: Any, seconds: list[float] | None = None):
        self._parser = parser
        self._seconds = [] if seconds is None else seconds

    @property
    def seconds(self) -> float:
        """All that it worked so far."""
        return sum(self._seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parser, name)

    def get_pipe(self, name: str) -> Stopwatch:
        """A part, whose time counts as well."""
        return Stopwatch(self._parser.get_pipe(name), self._seconds)

    def pipe(self, docs: Iterable[Any], **options: Any) -> Iterator[Any]:
        """Parse, in one go, so that no other work falls between."""
        docs = list(docs)
        start = time.process_time()
        parsed = list(self._parser.pipe(docs, **options))
        self._seconds.append(time.process_time() - start)
        return iter(parsed)


def measure(articles: Sequence[Article], tools: Tools) -> tuple[float, float]:
    """Seconds of processor time of the mapper's own stages and of the parse, over all articles."""
    watch = Stopwatch(tools.parser)
    timed = replace(tools, parser=watch)
    start = time.process_time()
    for article in articles:
        map_article(article, timed)
    return time.process_time() - start - watch.seconds, watch.seconds


def main() -> int:
    """Measure, print, and tell whether it is fast enough."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=Path, default=ROOT / "tests" / "gold" / "dev" / "articles")
    options.add_argument("--rounds", type=int, default=3, help="how often everything is mapped; the median counts")
    options.add_argument("--most", type=float, default=1.0, help="the greatest ratio that passes")
    chosen = options.parse_args()
    articles = [entry for entry in read_articles([chosen.articles]) if isinstance(entry, Article)]
    tools = load_tools()
    measure(articles[:3], tools)  # what is made on first use is made before
    rounds = [measure(articles, tools) for _ in range(chosen.rounds)]
    own, parse = (statistics.median(times) for times in zip(*rounds, strict=True))
    ratio = statistics.median(mine / parser for mine, parser in rounds)
    print(f"{len(articles)} articles, {sum(len(article.text) for article in articles):,} characters")
    print(f"own stages {own:.2f} s, parse {parse:.2f} s, {len(articles) / (own + parse):.1f} articles per second")
    print(f"own stages : parse = {ratio:.2f} (at most {chosen.most})")
    return 0 if ratio <= chosen.most else 1


if __name__ == "__main__":
    sys.exit(main())
