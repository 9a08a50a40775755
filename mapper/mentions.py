"""Where the article names somebody or something.

Names are matched longest first against the whole gazetteer, in the article's own lines; every reading is kept for
`linking` to choose from. A mention never overlaps another: an office phrase ("the Kenyan president") is mentioned by
its office words alone, beside the mention of the state inside it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from mapper.document import Article, Candidate, Entity, Form, Kind, Line, LineKind, Mention, Title
from mapper.gazetteer import Gazetteer, Reading, Token, known_by, name_key, slug, tokens
from mapper.titles import TitleSpan, find_titles

PARTICLES = frozenset(
    "al el bin ibn bint ben ould van von der den de da do dos das du la le di abu st the of and arap ole".split()
)
"""Small words inside names that name nobody alone."""
KNOWN_ALONE = 3
"""Ranks up to this one (head of state … foreign minister) are written by surname alone."""
ALIKE = 72
"""How alike (0 to 100) two given names are that are taken for one misspelt."""
_OWNING = frozenset({Kind.STATE, Kind.ORGANIZATION, Kind.ARMED_GROUP, Kind.MISSION, Kind.GOVERNMENT_BODY, Kind.PLACE})
_STATE_FORMS = frozenset({Form.NAME, Form.ACRONYM, Form.DEMONYM, Form.METONYM})
_BRACKETED = re.compile(r" ?\(([A-Z][A-Za-z0-9&/-]{1,11})\)")
_ENTITY_HEADS = {
    Kind.INSTRUMENT: "partnership agreement treaty accord accords pact protocol convention charter memorandum declaration",
    Kind.MISSION: "mission force operation",
    Kind.GOVERNMENT_BODY: "ministry department police army navy secretariat bureau agency directorate forces",
    Kind.ORGANIZATION: "commission council bank authority union organization organisation association alliance party movement fund "
    "court committee institute foundation community congress assembly group corporation company federation forum league",
}


@dataclass(slots=True)
class _Span:
    """A name found in a line: tokens `first` to `last`, exclusive."""

    first: int
    last: int
    form: Form
    candidates: list[Candidate]
    title: Title | None = None
    strong: bool = True


def find_mentions(article: Article, gazetteer: Gazetteer) -> tuple[Mention, ...]:
    """All mentions in the article's own lines, in order of the text, with their readings and titles.

    Parameters: `article` as read; `gazetteer` as loaded. The readings are not yet weighed: `Mention.entity` is None until
    `linking.link` chooses.
    """
    lines = [(line, list(tokens(article.text, line.start, line.end))) for line in article.own_lines()]
    found = [_names(article.text, words, line, gazetteer) for line, words in lines]
    people: dict[str, Entity] = {}
    for spans in found:
        for span in spans:
            for candidate in span.candidates:
                if candidate.entity.kind is Kind.PERSON and span.last - span.first > 1:
                    people.setdefault(candidate.entity.key, candidate.entity)
    introduced = _words_of(people.values())
    bracketed = _introduced_acronyms(article.text, lines, found)
    mentions: list[Mention] = []
    for (line, words), spans in zip(lines, found, strict=True):
        spans = _acronyms(words, spans, bracketed)
        titles = _titles(article.text, words, spans, gazetteer)
        spans = _surnames(article.text, words, spans, titles, introduced, line, gazetteer)
        offices = _attach(article.text, words, spans, titles, gazetteer)
        mentions += [_mention(article.text, words, span) for span in spans + offices]
    return tuple(sorted(mentions, key=lambda m: (m.start, m.end)))


def _mention(text: str, words: Sequence[Token], span: _Span) -> Mention:
    start, end = words[span.first].start, words[span.last - 1].end
    return Mention(start, end, text[start:end], span.form, None, tuple(span.candidates), 0.0, span.title)


# --- names ---------------------------------------------------------------------------------------------------


def _names(text: str, words: Sequence[Token], line: Line, gazetteer: Gazetteer) -> list[_Span]:
    """The longest names from left to right."""
    shouting = _shouting(words)
    spans: list[_Span] = []
    i = 0
    while i < len(words):
        limit = min(gazetteer.longest.get(words[i].folded, 0), len(words) - i)
        for n in range(limit, 0, -1):
            readings = gazetteer.readings.get(" ".join(word.folded for word in words[i : i + n]))
            if not readings:
                continue
            readings = tuple(
                r for r in readings if r.form is not Form.SURNAME and _written_as(text, words[i : i + n], r, shouting)
            )
            if readings:
                spans.append(_span(i, i + n, readings, gazetteer))
                i += n
                break
        else:
            i += 1
    return spans


def _span(first: int, last: int, readings: Sequence[Reading], gazetteer: Gazetteer) -> _Span:
    best: dict[str, tuple[Entity, Reading]] = {}
    for reading in readings:
        entity = gazetteer.entity(reading.key)
        if entity and (reading.key not in best or reading.strong and not best[reading.key][1].strong):
            best[reading.key] = entity, reading
    candidates = [
        Candidate(
            entity,
            0.6 if reading.strong else 0.3,
            ("strong name" if reading.strong else "weak name", reading.form.value),
        )
        for entity, reading in best.values()
    ]
    order = {Form.NAME: 0, Form.ACRONYM: 1, Form.DEMONYM: 2, Form.METONYM: 3}
    forms = sorted({reading.form for _, reading in best.values()}, key=lambda f: order.get(f, 9))
    form = Form.METONYM if Form.METONYM in forms else forms[0]
    return _Span(first, last, form, candidates, strong=any(r.strong for _, r in best.values()))


def _written_as(text: str, words: Sequence[Token], reading: Reading, shouting: bool) -> bool:
    """Whether the text writes the name as a name: acronyms in their own case, others with a capital; no comma in between."""
    for here, after in zip(words, words[1:], strict=False):
        gap = text[here.end : after.start]
        if gap not in {" ", "-", "–", "‑", "\u00a0", "/", " & ", "  "}:
            dotted = gap == ". " and len(here.text) <= 3
            if not dotted and not (gap == ", " and "," in reading.name):
                return False
    if reading.name.endswith("-"):  # "Sino-", "Franco-"
        return text[words[-1].end : words[-1].end + 1] == "-" and words[0].text[0].isupper()
    if reading.form is Form.ACRONYM:
        name = reading.name.replace(".", "")
        return "".join(w.text.replace(".", "") for w in words) == re.sub(r"[\s-]", "", name) and (
            not shouting or len(name) > 2
        )
    if words[0].text[0].islower() and not (len(words) > 1 and words[-1].text[0].isupper()):
        return words[0].text == reading.name
    return any(w.text[0].isupper() or w.text[0].isdigit() for w in words)


def _shouting(words: Sequence[Token]) -> bool:
    letters = [w.text for w in words if len(w.text) > 3]
    return len(letters) > 2 and all(w.isupper() for w in letters)


# --- acronyms that the text introduces -----------------------------------------------------------------------


def _introduced_acronyms(
    text: str, lines: Sequence[tuple[Line, list[Token]]], found: Sequence[list[_Span]]
) -> dict[str, list[Candidate]]:
    """Acronym → readings, from "Strategic Trade and Investment Partnership (STIP)"; unknown names become local entities."""
    known: dict[str, list[Candidate]] = {}
    for (_, words), spans in zip(lines, found, strict=True):
        ends = {span.last: span for span in spans}
        for i, word in enumerate(words):
            match = _BRACKETED.match(text, word.end)
            if not match or match.group(1) in known:
                continue
            acronym = match.group(1)
            start = _initials(words, i + 1, acronym)
            span = ends.get(i + 1)
            if span and span.last - span.first > 1 and (start is None or span.first <= start):
                known[acronym] = [
                    replace(c, score=0.7, reasons=(*c.reasons, "introduced in the text")) for c in span.candidates
                ]
            elif start is not None and not _inside(spans, start, i + 1):
                label = text[words[start].start : word.end]
                kind = _kind_of_name(label)
                if kind is None:
                    continue
                entity = local_entity(label, kind, aliases=(acronym,))
                candidate = Candidate(entity, 0.6, ("introduced in the text",))
                known[acronym] = [candidate]
                for other in [s for s in spans if s.first >= start and s.last <= i + 1]:
                    spans.remove(other)
                spans.append(_Span(start, i + 1, Form.UNKNOWN, [candidate]))
    return known


def _initials(words: Sequence[Token], last: int, acronym: str) -> int | None:
    """Where the words begin whose initials an acronym is made of."""
    letters = [c for c in acronym.lower() if c.isalnum()]
    i = last - 1
    while letters and i >= 0:
        folded = words[i].folded
        if folded and folded[0] == letters[-1] and words[i].text[0].isupper():
            letters.pop()
        elif words[i].text[0].isupper() or folded not in PARTICLES | {"for", "on", "in", "to"}:
            return None
        i -= 1
    return i + 1 if not letters else None


def _inside(spans: Iterable[_Span], first: int, last: int) -> bool:
    return any(span.first < first < span.last or span.first < last < span.last for span in spans)


def _kind_of_name(label: str) -> Kind | None:
    words = set(name_key(label).split())
    for kind, heads in _ENTITY_HEADS.items():
        if words & set(heads.split()):
            return kind
    return None


def _acronyms(words: Sequence[Token], spans: list[_Span], bracketed: Mapping[str, list[Candidate]]) -> list[_Span]:
    """The acronyms that the text itself introduces mean what it says."""
    covered = {k: span for span in spans for k in range(span.first, span.last)}
    out = list(spans)
    for i, word in enumerate(words):
        if word.text in bracketed:
            if i in covered:
                if covered[i].last - covered[i].first == 1:
                    covered[i].candidates = list(bracketed[word.text])
                    covered[i].form = Form.ACRONYM
                continue
            out.append(_Span(i, i + 1, Form.ACRONYM, list(bracketed[word.text])))
    return sorted(out, key=lambda s: s.first)


# --- titles --------------------------------------------------------------------------------------------------


def _titles(text: str, words: Sequence[Token], spans: Sequence[_Span], gazetteer: Gazetteer) -> list[TitleSpan]:
    covered = {k: number for number, span in enumerate(spans) for k in range(span.first, span.last)}
    ranges = [(span.first, span.last) for span in spans]
    owning = frozenset(
        n for n, s in enumerate(spans) if any(c.entity.kind in _OWNING for c in s.candidates) or s.form is Form.UNKNOWN
    )
    return find_titles(words, text, covered, ranges, owning, gazetteer)


def _attach(
    text: str, words: Sequence[Token], spans: Sequence[_Span], titles: Sequence[TitleSpan], gazetteer: Gazetteer
) -> list[_Span]:
    """Give each title to the person it stands beside; those that stand alone become mentions of an office."""
    honorific = gazetteer.title_words["honorific"]
    people = [s for s in spans if any(c.entity.kind is Kind.PERSON for c in s.candidates)]
    begins = {span.first: span for span in people}
    ends = {span.last: span for span in people}
    order = sorted(s.first for s in spans)
    used: set[int] = set()
    for comma in (False, True):
        for number, title in enumerate(titles):
            if number in used:
                continue
            if comma and (span := ends.get(title.first) or ends.get(title.first - 1) or ends.get(title.first - 2)):
                between = text[words[span.last - 1].end : words[title.first].start]
                if re.fullmatch(
                    r"(?:,| \(| ?[–—])\s?(?:who is |as )?(?:the |an? |its |their |his |her )?", between
                ) and (title.owners or title.tail - title.head > 1 or title.level != "leader"):
                    if span.title is None:
                        span.title = _title(words, title, spans)
                    used.add(number)
                    continue
            after = title.last
            while (
                after < len(words) and after not in begins and words[after].folded in honorific and after not in order
            ):
                after += 1
            if span := begins.get(after):
                gap = text[words[after - 1].end : words[after].start]
                lead = text[words[title.last - 1].end : words[title.last].start]
                if lead == " " or (comma and lead in {", ", " – ", " — "}):
                    if gap.strip(". ") == "" or gap == lead:
                        if span.title is None:
                            span.title = _title(words, title, spans)
                        used.add(number)
    return [
        _office(text, words, t, spans) for n, t in enumerate(titles) if n not in used and _stands_alone(text, words, t)
    ]


def _title(words: Sequence[Token], title: TitleSpan, spans: Sequence[_Span]) -> Title:
    of = None
    for number in title.owners:
        states = [c.entity.key for c in spans[number].candidates if c.entity.kind is not Kind.PERSON]
        if len(states) == 1:
            of = states[0]
            break
    return Title(words[title.first].start, words[title.last - 1].end, title.words, of, None, title.former)


def _stands_alone(text: str, words: Sequence[Token], title: TitleSpan) -> bool:
    """Whether an office without a name speaks of one definite holder."""
    before = words[title.first - 1].folded if title.first > 0 else ""
    if before in {"of", "the"} and "office" in {w.folded for w in words[max(0, title.first - 3) : title.first]}:
        return False  # "the Office of the President" is no person
    if before in {"a", "an", "any", "every", "each", "no", "another", "as"} and not title.owners:
        return False
    if text[words[title.tail - 1].end : words[title.tail - 1].end + 1] == "-":
        return False
    bare = title.tail - title.head == 1
    if bare and title.level in {
        "chief",
        "leader",
        "counterpart",
        "minister",
        "director",
        "commander",
        "ambassador",
        "envoy",
        "royal",
    }:
        return (
            bool(title.owners)
            or title.level == "counterpart"
            or before == "the"
            and title.level in {"ambassador", "envoy", "minister"}
        )
    return bool(title.owners) or before in {"the", "his", "her"} or words[title.head].text[0].isupper()


def _office(text: str, words: Sequence[Token], title: TitleSpan, spans: Sequence[_Span]) -> _Span:
    return _Span(title.head, title.tail, Form.OFFICE, [], _title(words, title, spans))


# --- surnames ------------------------------------------------------------------------------------------------


def _words_of(people: Iterable[Entity]) -> dict[str, list[Entity]]:
    """Each single word of the introduced people's names → the people."""
    found: dict[str, list[Entity]] = defaultdict(list)
    for person in people:
        for word in dict.fromkeys(name_key(person.label).split()):
            if len(word) > 1 and word not in PARTICLES:
                found[word].append(person)
    return found


def _surnames(
    text: str, words: Sequence[Token], spans: list[_Span], titles: Sequence[TitleSpan], introduced: Mapping[str, list[Entity]],
    line: Line, gazetteer: Gazetteer,
) -> list[_Span]:  # fmt: skip
    covered = {k: span for span in spans for k in range(span.first, span.last)}
    titled = {k for t in titles for k in range(t.first, t.last)}
    titled_after = {t.last for t in titles}
    heading = line.kind is LineKind.HEADLINE or sum(w.text[0].isupper() for w in words) > 0.6 * len(words)
    honorific = gazetteer.title_words["honorific"]
    out = list(spans)

    def capital(k: int) -> bool:
        return 0 <= k < len(words) and words[k].text[0].isupper()

    def joined(k: int) -> bool:
        """Whether only a space parts word k from the next."""
        return 0 <= k < len(words) - 1 and text[words[k].end : words[k + 1].start] in {" ", "\u00a0"}

    i = 0
    while i < len(words):
        word = words[i]
        if not word.text[0].isupper() or i in titled:
            i += 1
            continue
        if i in covered:
            span = covered[i]
            if span.last - span.first == 1 and not span.strong and word.folded in introduced:
                span.candidates = [*_back(introduced[word.folded], word), *span.candidates]
                span.form = Form.SURNAME
            i += 1
            continue
        # a misspelt or longer name: "Anthony Blinken" with a known surname
        if (
            joined(i)
            and capital(i + 1)
            and i + 1 not in covered
            and (guess := _misspelt(words, i, introduced, gazetteer))
        ):
            out.append(_Span(i, guess[0], Form.NAME, guess[1], strong=False))
            i = guess[0]
            continue
        before = (
            i - 1 in titled_after
            or (i > 0 and (words[i - 1].folded in honorific or i - 1 in titled))
            or i in titled_after
        )
        stranger = not heading and (
            (joined(i) and capital(i + 1) and i + 1 not in covered and i + 1 not in titled)
            or (
                joined(i - 1)
                and capital(i - 1)
                and i - 1 not in covered
                and not before
                and i - 1 not in titled
                and not _opens(words, i - 1, text, line)
            )
        )
        if word.folded in introduced and not stranger:
            people = introduced[word.folded]
            usual = [p for p in people if word.folded in known_by(p)]
            if usual or before or len(word.folded) > 3:
                out.append(_Span(i, i + 1, Form.SURNAME, _back(usual or people, word), strong=False))
        elif not stranger and len(word.folded) > 1:
            bearers = [
                p for p in gazetteer.surname_bearers(word.folded) if before or gazetteer.rank(p.key) <= KNOWN_ALONE
            ]
            if bearers:
                candidates = [Candidate(p, 0.2, ("surname alone",)) for p in bearers[:40]]
                out.append(_Span(i, i + 1, Form.SURNAME, candidates, strong=False))
        i += 1
    return sorted(out, key=lambda s: s.first)


def _opens(words: Sequence[Token], k: int, text: str, line: Line) -> bool:
    """Whether word k stands first in a sentence, where everything has a capital."""
    return (
        k == 0
        or text[: words[k].start].rstrip(" \"“‘'")[-1:] in {".", "!", "?", ":", "\n"}
        or words[k].start == line.start
    )


def _back(people: Sequence[Entity], word: Token) -> list[Candidate]:
    return [
        Candidate(p, 0.8 if word.folded in known_by(p) else 0.7, ("named in full elsewhere in the article",))
        for p in people
    ]


def _misspelt(
    words: Sequence[Token], i: int, introduced: Mapping[str, list[Entity]], gazetteer: Gazetteer
) -> tuple[int, list[Candidate]] | None:
    """A given name that is nearly right before a surname that is: the end of the name and its readings."""
    for n in (3, 2):
        last = i + n - 1
        if last >= len(words) or not all(w.text[0].isupper() for w in words[i : last + 1]):
            continue
        given, surname = " ".join(w.folded for w in words[i:last]), words[last].folded
        found = []
        for person in (*introduced.get(surname, ()), *gazetteer.surname_bearers(surname)):
            known = name_key(person.label).split()
            if known[-1] != surname or any(c.entity == person for c in found):
                continue
            alike = fuzz.ratio(given, " ".join(known[:-1]))
            if alike >= ALIKE and given[:1] == known[0][:1]:
                found.append(Candidate(person, 0.3 + alike / 500, ("given name spelt differently",)))
        if found:
            return last + 1, sorted(found, key=lambda c: -c.score)
    return None


# --- names outside the gazetteer -------------------------------------------------------------------------------


def local_entity(label: str, kind: Kind, *, aliases: tuple[str, ...] = (), country: str | None = None) -> Entity:
    """An entity that has no Wikidata item here: the same name makes the same key in every article.

    >>> local_entity("Abdou Ndiaye", Kind.PERSON).key
    'person-abdou-ndiaye'
    """
    prefix = re.sub(r"(?<!^)(?=[A-Z])", "-", kind.value).lower()
    return Entity(f"{prefix}-{slug(label)}", label, kind, None, aliases, country)


NER_KINDS = {"PERSON": Kind.PERSON, "ORG": Kind.ORGANIZATION, "GPE": Kind.PLACE, "LOC": Kind.PLACE, "FAC": Kind.PLACE}
"""What the parser's labels mean here; other labels are left out."""


def add_unknown(
    mentions: Sequence[Mention], spans: Iterable[tuple[int, int, str]], article: Article, gazetteer: Gazetteer
) -> tuple[Mention, ...]:
    """The mentions with those names added that only the parser knows for names.

    `spans` are (start, end, label) with spaCy's labels; what overlaps a mention that is already there is left out. People
    keep the title beside them, and are found again by surname.
    """
    taken = [False] * (len(article.text) + 1)
    for mention in mentions:
        taken[mention.start : mention.end] = [True] * (mention.end - mention.start)
    new: dict[int, _Span] = {}
    people: dict[str, Entity] = {}
    kept = list(mentions)
    for line in article.own_lines():
        words = list(tokens(article.text, line.start, line.end))
        at = {w.start: k for k, w in enumerate(words)}
        until = {w.end: k + 1 for k, w in enumerate(words)}
        found: list[_Span] = []
        for start, end, label in sorted(spans):
            kind = NER_KINDS.get(label)
            start, end = _trim(article.text, start, end)
            if (
                kind is None
                or start not in at
                or not (line.start <= start and end <= line.end)
                or any(taken[start:end])
            ):
                continue
            last = until.get(end)
            name = article.text[start:end]
            if (
                last is None
                or not name[0].isupper()
                or kind is Kind.PERSON
                and last - at[start] < 2
                or last - at[start] > 8
            ):
                continue
            if kind is Kind.ORGANIZATION:
                kind = _kind_of_name(name) or kind
            entity = local_entity(name, kind)
            if kind is Kind.PERSON:
                people[entity.key] = entity
            found.append(_Span(at[start], last, Form.UNKNOWN, [Candidate(entity, 0.4, ("found by the parser",))]))
        if found:
            others = [
                _Span(at[m.start], until[m.end], m.form, list(m.candidates))
                for m in mentions
                if m.form is not Form.OFFICE and m.start in at and m.end in until
            ]
            spans_here = others + found
            titles = _titles(article.text, words, spans_here, gazetteer)
            _attach(article.text, words, spans_here, titles, gazetteer)
            for span in found:
                mention = _mention(article.text, words, span)
                new[mention.start] = span
                kept.append(replace(mention, entity=span.candidates[0].entity, confidence=0.4))
                taken[mention.start : mention.end] = [True] * (mention.end - mention.start)
                if span.title:
                    kept = [
                        m for m in kept
                        if m.form is not Form.OFFICE or not (span.title.start <= m.start and m.end <= span.title.end)
                    ]  # fmt: skip
    return tuple(sorted(kept + _again(article, people, taken), key=lambda m: (m.start, m.end)))


def _again(article: Article, people: Mapping[str, Entity], taken: Sequence[bool]) -> list[Mention]:
    """Unknown people named once in full, again by surname."""
    surnames: dict[str, list[Entity]] = defaultdict(list)
    for person in people.values():
        for word in known_by(person):
            surnames[word].append(person)
    out = []
    for line in article.own_lines():
        for word in tokens(article.text, line.start, line.end):
            bearers = surnames.get(word.folded, ())
            if len(bearers) == 1 and word.text[0].isupper() and not any(taken[word.start : word.end]):
                candidate = Candidate(bearers[0], 0.4, ("named in full elsewhere in the article",))
                out.append(Mention(word.start, word.end, word.text, Form.SURNAME, bearers[0], (candidate,), 0.4))
    return out


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    for lead in ("the ", "The "):
        if text.startswith(lead, start):
            start += len(lead)
    for tail in ("'s", "’s"):
        if text.endswith(tail, start, end):
            end -= 2
    return start, end
