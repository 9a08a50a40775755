"""What the mapper finds in annotated articles does not fall below the floors of gold/floors.toml.

The articles of the development set are those that the mapper may be improved on, those of the check set are only ever
scored: nobody looks at what is found or missed in them, so their figures tell how the mapper does on unseen articles.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from gold_articles import GOLD, HELD_BACK

from mapper.annotations import read_gold, read_names
from mapper.article import read_articles
from mapper.document import Article
from mapper.evaluation import evaluate
from mapper.mapping import Tools, map_article
from mapper.pipeline import statements_of
from mapper.published import read_dataset

ROOT = Path(__file__).parent.parent
FLOORS: Mapping[str, Mapping[str, float]] = tomllib.loads((GOLD / "floors.toml").read_text(encoding="utf-8"))
FOLDERS = {
    "development": (GOLD / "dev" / "articles", GOLD / "dev" / "gold"),
    "check": (GOLD / "dev" / "articles", GOLD / "dev" / "gold"),
    "seeds": (ROOT / "seeds", GOLD / "seeds"),
}


def belongs(identifier: str, name: str) -> bool:
    return name == "seeds" or (identifier in HELD_BACK) == (name == "check")


def told(figures: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
    """The figures by the names that floors.toml uses; `…_right` counts what is right.

    Dates, places, roles and the like are judged in the events that were found: where more are found, their share may
    fall although more of them are right.
    """
    for name in ("events", "participants"):
        yield f"{name}_precision", figures[name]["precision"]
        yield f"{name}_recall", figures[name]["recall"]
        yield f"{name}_right", figures[name]["tp_fp_fn"][0]
    for name, share in figures.items():
        if isinstance(share, dict) and share.get("share") is not None:
            yield name, share["share"]
            yield f"{name}_right", share["n"]


@pytest.mark.parametrize("name", FOLDERS)
def test_no_figure_falls_below_its_floor(name: str, tools: Tools, tmp_path: Path) -> None:
    articles, annotations = FOLDERS[name]
    gold = [annotation for annotation in read_gold(annotations) if belongs(annotation["id"], name)]
    read = [one for one in read_articles([articles]) if isinstance(one, Article) and belongs(one.identifier, name)]
    assert len(read) == len(gold) > 0
    data = tmp_path / "data.nq"
    statements = statements_of([map_article(article, tools) for article in read], tools=tools)
    ox.serialize(statements, str(data), format=ox.RdfFormat.N_QUADS)
    figures = dict(told(evaluate(read_dataset(data), gold, names=read_names(GOLD / "names.csv")).figures()))
    below = {figure: figures[figure] for figure, floor in FLOORS[name].items() if figures[figure] < floor}
    assert not below, f"{name}: below the floor {FLOORS[name]}"
    assert set(FLOORS[name]) >= {"events_precision", "events_recall", "participants_recall"}
    assert all({figure, f"{figure}_right"} & set(FLOORS[name]) for figure in ("date", "status"))
