"""Bylines: who wrote the article, told from desks, agencies, papers and places."""

from __future__ import annotations

import re

from mapper.cues import settings

LONGEST = 200
"""Characters that a byline has at most."""

ANNOUNCING = frozenset({"by", "author", "written by"})
"""Lines that are followed by who wrote it."""
_BY = re.compile(
    r"(?i)(?:^|[|•·]\s*|\s{2,})"
    r"(?:(?:written|posted|published|reported|story|report|words|text|edited|compiled|authored|article)\s+)?by\b[:\s]*"
    r"|^from\s*:\s*|^(?:authors?|writer|reporter|correspondent|text|words)\s*:\s*"
    r"|^from\s+(?=(?-i:[A-Z][\w.'’-]+\s+[A-Z][^,]*,|[A-Z]{2,}\s+[A-Z]{2,}\b))"
)
_NAME_WORD = (
    r"(?:[^\W\d_a-zß-öø-ÿ][\w'’-]*\.?|de|da|del|della|der|den|van|von|bin|bint|ibn|al|el|la|le|dos|du|ter|ten|y|e)"
)
_PERSON = re.compile(rf"{_NAME_WORD}(?:[ \u00a0-]{_NAME_WORD}){{1,4}}['’]?")
_CUT = re.compile(r"(?i)\s+(?:on|at|in|for|with|for|from|via)\s+|\s*[|•·(,\[–—/]\s*|\s{2,}|\s+-\s+|\t|\d|@")


def is_byline(text: str) -> bool:
    """Whether the line begins with who wrote it.

    >>> is_byline("By our staff"), is_byline("By the lake the two signed a treaty, and then they left for Lima.")
    (True, False)
    """
    match = _BY.match(text) if len(text) <= LONGEST else None
    if not match:
        return False
    rest = text[match.end() :].strip()
    words = rest.split()
    if not rest:
        return True
    return len(words) <= 14 and not re.search(r"[a-z]{3}[.!?]['\"”’]?$", rest) and person(rest, label=True) is not None


def name_line(text: str) -> str | None:
    """The name in a line that is nothing but a name with the place or paper that it writes for.

    >>> name_line("Ana Rey in Lima"), name_line("Ana Rey Pacific editor"), name_line("Leaders meet in Lima")
    ('Ana Rey', 'Ana Rey', None)
    """
    if len(text) <= LONGEST and (own := _WITH_ROLE.fullmatch(text)):
        return person(own["name"])
    match = _NAME_LINE.fullmatch(text) if len(text) <= LONGEST else None
    if match and match["paper"] and text.isupper():
        return None  # "LIMA CENTRO, PERU": in capitals only a place is followed by where it lies
    if not match or not (match["place"] or match["paper"] or match["outlet"]):
        return None
    paper = {word.lower() for word in (match["paper"] or match["outlet"] or "").split()}
    known = paper & (settings()["outlets"] | settings()["desk"]) or len(text.split()) <= 6
    return person(match["name"]) if match["place"] or known else None


_WITH_ROLE = re.compile(
    r"(?P<name>[A-ZÀ-Þ][\w'’-]+ (?:[A-ZÀ-Þ]\. )?[A-ZÀ-Þ][\w'’-]+),? (?:(?i:in|the|for|and|&) |[A-Z]?[a-z-]+ ){0,5}"
    r"(?i:editor|correspondent|reporter|columnist|bureau chief)(?: (?i:in) [A-Z]\w+)?"
)
"""A name with what its bearer is for the paper: "Ana Rey Pacific editor"."""
_SPOT = r"(?:(?:[dl]['’]|de |of |the |al-)?[A-ZÀ-Þ][\w'’-]+)"
_FULL_NAME = r"[A-ZÀ-Þ][\w'’-]+(?: (?:[A-ZÀ-Þ]\.|[A-ZÀ-Þ][\w'’-]+|al|bin|de|van|von|el|da)){1,3}"
_NAME_LINE = re.compile(
    rf"(?P<name>{_FULL_NAME}(?: and {_FULL_NAME})?)"
    rf"(?: (?:in|at) (?P<place>{_SPOT}(?: {_SPOT}){{0,2}})"
    rf"| \((?P<outlet>[^()]{{3,40}})\)"
    rf"|, (?P<paper>(?:The |the )?[A-ZÀ-Þ][\w'’.-]+(?:,? (?:of |and |in )?[A-ZÀ-Þ][\w'’.-]+){{0,4}}))?"
)


def person(text: str, *, label: bool = False) -> str | None:
    """The name of the person that a byline names; None for a desk or an agency.

    With `label` a desk or an agency counts too and is given as it stands.

    >>> person("JOY ACHIENG and AGENCIES"), person("Ana de la Cruz (Quito)"), person("our Special Correspondent")
    ('Joy Achieng', 'Ana de la Cruz', None)
    """
    names = []
    for part in re.split(r"(?i)\s+(?:and|&)\s+|\s*[,;]\s*(?=[^\W\d_a-z][\w'’-]+\s[^\W\d_a-z])", _cut(text)):
        found = _PERSON.fullmatch(part.strip())
        low = {word.lower().strip(".") for word in re.findall(r"[^\s-]+", part)}
        if found and not low & settings()["desk"] and not low <= settings()["outlets"] and not part.strip().isdigit():
            names.append(_cased(part.strip()))
        elif label and not names and low & settings()["desk"]:
            return part.strip()
    if label and not names:
        short = _cut(text)
        return short if short and len(short.split()) <= 4 and short[:1].isupper() else None
    return " and ".join(names) or None


_ADDRESS = re.compile(r"\S+@\S+\.\w+")


def author(text: str, *, publisher: str | None = None) -> str | None:
    """Who wrote it, of what metadata give as the author; None where that is an address or the publisher itself.

    >>> author("By Ana Rey"), author("ana@post.example (Ana Rey)"), author("The Post", publisher="The Post")
    ('Ana Rey', 'Ana Rey', None)
    """
    name = _ADDRESS.sub(" ", strip_by(text) or text).strip(" ()<>,;")
    return None if not name or (publisher and name.casefold() == publisher.casefold()) else name


def _cut(text: str) -> str:
    """The text up to what follows a name in a byline."""
    head = text[:LONGEST].strip(" :|•·–—-")
    match = _CUT.search(head)
    while match and match.group().strip() == "," and _PERSON.match(head[match.end() :]) and "and" in head:
        match = _CUT.search(head, match.end())
    return head[: match.start()] if match else head


def _cased(name: str) -> str:
    """A name in capitals as it is written otherwise.

    >>> _cased("MARY O'BRIEN-SMITH")
    "Mary O'Brien-Smith"
    """
    if not name.isupper():
        return name
    return re.sub(r"[^\W\d_]+(?:['’][a-z]\b)?", lambda word: word[0][:1].upper() + word[0][1:].lower(), name)


def strip_by(text: str) -> str | None:
    """What follows the "by" of a line, or None without one."""
    match = _BY.search(text)
    return text[match.end() :] if match else None
