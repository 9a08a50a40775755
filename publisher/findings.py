"""What validation found in a release: the results of its SHACL report."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from publisher.memory import per_release
from publisher.namespaces import DIP, SH, local_name
from publisher.release import Release


@dataclass(frozen=True, slots=True)
class Finding:
    """A result of validation: how bad, what is wrong, of what, and in which articles."""

    severity: str
    message: str
    focus: str
    path: str
    articles: tuple[str, ...]


@per_release
def findings(release: Release) -> tuple[Finding, ...]:
    """What the release's SHACL report says, violations first."""
    file = release.path / "report.ttl"
    told: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in parse(path=str(file), format=RdfFormat.TURTLE) if file.exists() else ():
        if isinstance(quad.object, (NamedNode, Literal)):
            told[str(quad.subject)][quad.predicate.value].append(quad.object.value)
    found = [
        Finding(
            local_name(next(iter(facts[SH + "resultSeverity"]), SH + "Violation")),
            next(iter(facts[SH + "resultMessage"]), ""),
            next(iter(facts[SH + "focusNode"]), ""),
            next(iter(facts[SH + "resultPath"]), ""),
            tuple(sorted(facts[DIP + "reportedBy"])),
        )
        for facts in told.values()
        if facts.get(SH + "focusNode")
    ]
    order = {"Violation": 0, "Warning": 1}
    return tuple(sorted(found, key=lambda one: (order.get(one.severity, 2), one.message, one.focus)))


def findings_of(article: str) -> list[Finding]:
    """What was found in what an article says."""
    return [one for one in findings() if article in one.articles]
