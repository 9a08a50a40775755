"""Why an event is published as it is: words, rule, readings not taken, and the reason of every date bound.

A release keeps this for each article; `communique explain` and `communique map --format json` show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mapper.document import Bounds, Entity, Event, Evidence, MappedArticle, Mention, MergedEvent, Participation

_QUOTE = 500
"""Characters of one piece of evidence that are shown."""


def explain_article(mapped: MappedArticle, events: Sequence[MergedEvent], *, with_text: bool) -> dict[str, Any]:
    """What the mapper made of an article, as JSON.

    Parameters:
        mapped: the article.
        events: the merged events that it reports.
        with_text: whether the text itself is told too.
    """
    article = mapped.article
    told = {
        "identifier": article.identifier,
        "source": article.source,
        "headline": article.headline,
        "byline": article.byline,
        "publisher": article.publisher,
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
        "window": _bounds(mapped.window),
        "lines": [[line.start, line.end, line.kind.value, line.reason] for line in article.lines],
        "mentions": [_mention(mention) for mention in mapped.mentions if mention.candidates or mention.entity],
        "events": [
            {
                "name": merged.name,
                "label": merged.event.label,
                "merges": list(merged.merges),
                **_event(report.event, mapped),
            }
            for merged in events
            for report in merged.reports
            if report.article == article.identifier
        ],
    }
    return {**told, "text": article.text} if with_text else told


def _event(event: Event, mapped: MappedArticle) -> dict[str, Any]:
    return {
        "type": event.type,
        "status": event.status.value,
        "main": event.main,
        "confidence": event.confidence,
        "bounds": _bounds(event.bounds),
        "location": _entity(event.location),
        "occasion": _entity(event.occasion),
        "medium": event.medium.value if event.medium else None,
        "claimant": _entity(event.claimant),
        "topics": list(event.topics),
        "participations": [_participation(part) for part in event.participations],
        "evidence": [_evidence(piece, mapped) for piece in event.evidence],
        "rejected": [{"what": rejected.what, "why": rejected.why} for rejected in event.rejected],
    }


def _participation(part: Participation) -> dict[str, Any]:
    return {
        "agent": _entity(part.agent),
        "role": part.role.value,
        "capacity": part.capacity.label if part.capacity else None,
        "behalf": _entity(part.behalf),
    }


def _evidence(piece: Evidence, mapped: MappedArticle) -> dict[str, Any]:
    inside = [mention for mention in mapped.mentions if piece.start <= mention.start < piece.end]
    return {
        "start": piece.start,
        "end": piece.end,
        "exact": piece.exact[:_QUOTE],
        "rule": piece.rule,
        "matcher": piece.matcher,
        "mentions": [_mention(mention) for mention in inside],
    }


def _mention(mention: Mention) -> dict[str, Any]:
    return {
        "text": mention.text,
        "start": mention.start,
        "entity": _entity(mention.entity),
        "confidence": round(mention.confidence, 4),
        "candidates": [
            {
                "entity": _entity(candidate.entity),
                "score": round(candidate.score, 4),
                "reasons": list(candidate.reasons),
            }
            for candidate in mention.candidates
        ],
    }


def _entity(entity: Entity | None) -> dict[str, Any] | None:
    return {"key": entity.key, "label": entity.label, "kind": entity.kind.value} if entity else None


def _bounds(bounds: Bounds | None) -> dict[str, Any] | None:
    if bounds is None:
        return None
    return {
        "earliest": bounds.earliest.isoformat() if bounds.earliest else None,
        "latest": bounds.latest.isoformat() if bounds.latest else None,
        "granularity": bounds.granularity.value,
        "reason": bounds.reason.value,
        "words": bounds.words,
    }


# --- for a person ------------------------------------------------------------------------------------------


def tell(name: str, articles: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The explanation of one event as lines of text, from what the release keeps of its articles."""
    first = True
    for article in articles:
        for event in article["events"]:
            if event["name"] != name:
                continue
            if first:
                yield f"{event['label']}"
                yield f"{event['type']} · {name}"
                yield from (f"  joined: {reason}" for reason in event["merges"])
                first = False
            yield ""
            yield f"According to {article['identifier']} ({article['headline'] or 'no headline'}):"
            yield from _tell_event(event)


def _tell_event(event: Mapping[str, Any]) -> Iterator[str]:
    yield f"  {event['type']}, {event['status']}, confidence {event['confidence']:.2f}"
    bounds = event["bounds"]
    if bounds:
        words = f", from the words “{bounds['words']}”" if bounds["words"] else ""
        yield f"  between {bounds['earliest'] or '…'} and {bounds['latest'] or '…'}: {bounds['reason']}{words}"
    else:
        yield "  no date: nothing in the article bounds it"
    for part in event["participations"]:
        office = f", {part['capacity']}" if part["capacity"] else ""
        behalf = f", for {part['behalf']['label']}" if part["behalf"] else ""
        yield f"  {part['role']}: {part['agent']['label']} ({part['agent']['key']}){office}{behalf}"
    for what in ("location", "occasion", "claimant"):
        if event[what]:
            yield f"  {what}: {event[what]['label']} ({event[what]['key']})"
    for piece in event["evidence"]:
        yield f"  “{piece['exact']}” [{piece['start']}–{piece['end']}]"
        yield f"    rule {piece['rule']}, {piece['matcher']}"
        for mention in piece["mentions"]:
            others = [
                c
                for c in mention["candidates"]
                if not mention["entity"] or c["entity"]["key"] != mention["entity"]["key"]
            ]
            if others:
                chosen = mention["entity"]["label"] if mention["entity"] else "nobody known"
                rest = "; ".join(
                    f"{c['entity']['label']} {c['score']:.2f} ({', '.join(c['reasons'])})" for c in others[:3]
                )
                yield f"    “{mention['text']}” is {chosen}, not {rest}"
    for rejected in event["rejected"]:
        yield f"  not {rejected['what']}: {rejected['why']}"
