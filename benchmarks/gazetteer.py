"""What the gazetteer costs: loading it, and finding names with it beside the parse of the same texts.

    python benchmarks/gazetteer.py [ARTICLES…]

Prints, side by side, the tables as shipped and the same tables with 200,000 names: the seconds of loading, and what
names cost as a share of the parse: to scan for those of the gazetteer, to find all mentions (that, and titles, parts of
names and names told by a noun), and to link them. All of it is measured in turns, in processor time, and the
best turn counts, so that other work on the machine matters little. Fails when scanning costs 5 % of the parse or
more, or when the shipped tables load in more than 0.3 seconds.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from mapper.article import read_articles
from mapper.document import Article
from mapper.gazetteer import FOLDER, Gazetteer, load
from mapper.linking import link
from mapper.mentions import find_mentions, longest_names
from mapper.names import name_key, tokens
from mapper.parser import load_parser
from mapper.parsing import parse
from mapper.quotes import find_quotes

if TYPE_CHECKING:
    from spacy.language import Language

ROOT = Path(__file__).parent.parent
NAMES = 200_000
MOST_SHARE, MOST_SECONDS = 0.05, 0.3
INDEXES = (
    "title_starts",
    "title_levels",
    "_tenures",
    "_by_owner",
    "_by_label",
    "_known_by",
    "_word_sets",
    "_given_names",
)
"""What a gazetteer computes when it is first asked."""
_T = TypeVar("_T")


class Timer:
    """The least processor time that each piece of work took."""

    def __init__(self) -> None:
        self.best: dict[str, float] = defaultdict(lambda: float("inf"))

    def __call__(self, name: str, work: Callable[[], _T]) -> _T:
        begin = time.process_time()
        result = work()
        self.best[name] = min(self.best[name], time.process_time() - begin)
        return result

    def totals(self) -> dict[str, float]:
        """The sum of the least times by the first word of the names."""
        found: dict[str, float] = defaultdict(float)
        for name, seconds in self.best.items():
            found[name.partition(" ")[0]] += seconds
        return found


def enlarged(folder: Path, names: int) -> Path:
    """The tables with people of made-up names, put together from parts of those that are there, up to so many names."""
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("queries"))
    known = (folder / "names.tsv").read_text(encoding="utf-8").splitlines()
    people = (folder / "people.tsv").read_text(encoding="utf-8").splitlines()
    parts = sorted({word for row in people[1:] for word in row.split("\t")[1].split() if word.isalpha()})
    chance, keys = random.Random(7), {row.split("\t")[0] for row in people}
    made: dict[str, str] = {}
    while len(made) < names - len(known) + 1:
        name = " ".join(chance.sample(parts, chance.choice((2, 2, 3))))
        key = f"person-{name_key(name).replace(' ', '-')}"
        if key not in keys:
            made[key] = name
    for table, rest in (("people", "\tmale\tQ183\tbenchmark"), ("names", "\tname\tstrong\tbenchmark")):
        with (folder / f"{table}.tsv").open("a", encoding="utf-8") as file:
            file.writelines(f"{key}\t{name}{rest}\n" for key, name in made.items())
    return folder


def loaded(folder: Path, timer: Timer) -> Gazetteer:
    """The tables of a folder with all indexes, both timed."""
    name_key.cache_clear()  # as in a process of its own
    gazetteer = timer("load", lambda: load(folder))
    timer("indexes", lambda: [getattr(gazetteer, index) for index in INDEXES])
    return gazetteer


def turn(article: Article, gazetteer: Gazetteer, parser: Language, timer: Timer) -> None:
    """Find names, link and parse, one after the other."""
    name = article.identifier
    lines = [(line.start, line.end) for line in article.own_lines()]
    timer(
        f"scan {name}",
        lambda: [longest_names(article.text, list(tokens(article.text, *line)), gazetteer) for line in lines],
    )
    found = timer(f"find {name}", lambda: find_mentions(article, gazetteer))
    linked = timer(f"link {name}", lambda: link(found, article, gazetteer))
    timer(f"parse {name}", lambda: parse(article, linked, [], find_quotes(article), parser))


def measure(folder: Path, articles: Sequence[Article], turns: int) -> Timer:
    """Load, find names, link and parse, each in turn."""
    timer = Timer()
    for _ in range(turns):
        gazetteer = loaded(folder, timer)
    parser = load_parser()
    for _ in range(turns):
        for article in articles:
            turn(article, gazetteer, parser, timer)
    return timer


def main() -> int:
    """Measure, print, and say by the exit code whether it is fast enough."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("articles", nargs="*", type=Path, default=[ROOT / "seeds"], help="default: seeds")
    options.add_argument("--turns", type=int, default=5)
    given = options.parse_args()
    articles = [article for article in read_articles(given.articles) if isinstance(article, Article)]
    with tempfile.TemporaryDirectory() as temporary:
        large = enlarged(Path(temporary) / "tables", NAMES)
        shipped, more = (measure(folder, articles, given.turns).totals() for folder in (FOLDER, large))
    count = len((FOLDER / "names.tsv").read_text(encoding="utf-8").splitlines()) - 1
    print(f"{len(articles)} articles, {sum(len(a.text) for a in articles)} characters; best of {given.turns} turns")
    print(f"{'':24}{count:>9} names{NAMES:>9} names")
    for name, told in (("load", "load (s)"), ("indexes", "indexes, once (s)"), ("parse", "parse (s)")):
        print(f"{told:24}{shipped[name]:>15.3f}{more[name]:>15.3f}")
    for name, told in (("scan", "scan / parse"), ("find", "find all / parse"), ("link", "link / parse")):
        print(f"{told:24}{shipped[name] / shipped['parse']:>15.2%}{more[name] / more['parse']:>15.2%}")
    slow = [best for best in (shipped, more) if best["scan"] >= MOST_SHARE * best["parse"]]
    if slow or shipped["load"] > MOST_SECONDS:
        print(f"Too slow: at most {MOST_SHARE:.0%} of the parse and {MOST_SECONDS} s are wanted.", file=sys.stderr)
    return 1 if slow or shipped["load"] > MOST_SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
