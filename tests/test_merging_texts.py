"""Short articles by different outlets, through all stages: what is one event becomes one, and nothing else."""

from __future__ import annotations

import tomllib
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from mapper.article import make_article
from mapper.mapping import Tools, map_article
from mapper.merging import merge

FILE = Path(__file__).parent / "merging" / "pairs.toml"
CASES: dict[str, dict[str, Any]] = {
    case["name"]: case for case in tomllib.loads(FILE.read_text(encoding="utf-8"))["case"]
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_one_event_is_told_once_whatever_the_order(case: dict[str, Any], tools: Tools) -> None:
    articles = [
        map_article(make_article(told["text"], identifier=str(number), published=told["published"]), tools)
        for number, told in enumerate(case["article"])
    ]
    assert all(mapped.events for mapped in articles)
    wanted = sorted((kind, sorted(map(str, numbers))) for kind, numbers in case["same"])
    for order in permutations(articles):
        joined = [one for one in merge(order) if len(one.reports) > 1]
        assert sorted((one.event.type, sorted(report.article for report in one.reports)) for one in joined) == wanted
