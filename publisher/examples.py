"""Questions that people ask of such data, as queries: those that the workbench offers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "examples"
_VIEW = "view:"


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the query that answers it, and the picture that shows the answer best ("" for a table)."""

    name: str
    question: str
    view: str
    query: str


def read_example(name: str, text: str) -> Example:
    """An example from its file: the question in comments above the query, the picture in one that says `view:`.

    >>> read_example("x", "# Who met whom?\\n# view: network\\n\\nSELECT * {}\\n")
    Example(name='x', question='Who met whom?', view='network', query='SELECT * {}')
    """
    lines = text.strip().splitlines()
    above = [line[1:].strip() for line in lines if line.startswith("#")]
    views = [line.removeprefix(_VIEW).strip() for line in above if line.startswith(_VIEW)]
    question = " ".join(line for line in above if not line.startswith(_VIEW))
    query = "\n".join(line for line in lines if not line.startswith("#")).strip()
    return Example(name, question, views[0] if views else "", query)


@cache
def examples() -> tuple[Example, ...]:
    """All examples, those with a picture first."""
    found = (read_example(path.stem, path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.rq"))
    return tuple(sorted(found, key=lambda one: (not one.view, one.question)))
