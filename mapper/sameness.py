"""Whether two tellings are of one act: kind, days, status, company."""

from __future__ import annotations

from mapper.document import Kind, LineKind, Medium, Role, Status
from mapper.episodes import TALKS, Episode, disjoint, principals, sides
from mapper.syntax import children

ACTS_OF_STATE = frozenset({"Expulsion", "Recall", "Summoning"})
"""What ministers and ambassadors do and suffer here, their states do."""
SYMMETRIC = frozenset({*TALKS, "Agreement", "JointStatement", "Vote"})
"""Classes in which all take part alike."""
WORSE = frozenset(
    "sever cut break suspend downgrade close shut seal freeze end terminate quit leave withdraw exit scrap".split()
)
"""Words for a change of relations that parts the two."""
PASSED = frozenset({"adopt", "approve", "pass", "carry"})
"""Words for a vote in favour of a text."""
UNCERTAIN = frozenset({Status.DENIED, Status.ALLEGED})
NEXT, NEAR = 2, 4
"""How many sentences apart an act is still told again without naming whom it is done to, and a body's vote at all."""
FURTHER = 12
"""How many sentences apart a body's vote on a text is told again that is called "the resolution"."""
TEXTS = frozenset({"resolution", "text", "draft", "motion", "measure"})
SIGNING = frozenset({"sign", "ink", "conclude", "initial"})
MANY = 8
"""How many sentences apart "the summit" is still the one that was told."""
MOST = 0.6
"""The share of the smaller company that two tellings of one talk have in common."""


def differ(a: Episode, b: Episode) -> str | None:
    """Why the two cannot be the same act, in words; None when they can."""
    talks = a.type in TALKS and b.type in TALKS
    if a.type != b.type and not talks:
        return "another kind"
    if a.type == "RelationsChange" and _worsens(a) != _worsens(b):
        return "one brings them nearer, the other parts them"
    if a.type == "Deployment" and abs(a.first - b.first) <= NEXT and not _excluded(a, b):
        return None  # contingents of one force are listed one by one
    reason = _circumstances(a, b)
    if reason is not None:
        return reason
    if a.type == "Vote":
        if {"veto"} in (_told_as(a), _told_as(b)) and PASSED & (_told_as(a) | _told_as(b)):
            return "one was vetoed, the other passed"
        near = abs(a.first - b.first) <= (FURTHER if _of_the_text(b) or _of_the_text(a) else NEAR)
        return None if near or _in_headline(a, b) else "told too far apart"
    if a.type == "Agreement" and _other_paper(a, b):
        return "one was signed, the other is what was agreed on in a talk"
    return _different_company(a, b) if talks or a.type in SYMMETRIC else _different_sides(a, b)


def _circumstances(a: Episode, b: Episode) -> str | None:
    """What status, medium, days and places say against their being the same."""
    if (a.status is Status.PLANNED) != (b.status is Status.PLANNED) and not _in_plain_headline(a, b):
        return "one is planned, the other is not"
    if a.status is not b.status and {a.status, b.status} & UNCERTAIN and {a.status, b.status} != UNCERTAIN:
        return "one is only alleged or denied"
    if {a.medium, b.medium} == {Medium.TELEPHONE, Medium.IN_PERSON}:
        return "one by telephone, the other in person"
    if _excluded(a, b):
        return "their dates exclude one another"
    if any(x.floor and y.bounds and y.bounds.latest and y.bounds.latest < x.floor for x, y in ((a, b), (b, a))):
        return "too old for the headline"
    if (a.separate or b.separate) and a.agents() != b.agents():
        return "told as separate meetings"
    if a.type == "Visit" and a.location and b.location:
        within = {a.location.key, a.location.country} & {b.location.key, b.location.country}
        if not within & {a.location.key, b.location.key}:
            return "visits to different places"
    return None


def _excluded(a: Episode, b: Episode) -> bool:
    return a.bounds is not None and b.bounds is not None and disjoint(a.bounds, b.bounds)


def _in_headline(a: Episode, b: Episode) -> bool:
    """Whether the headline, which is vague, tells one of them."""
    return a.in_headline() or b.in_headline()


def _in_plain_headline(a: Episode, b: Episode) -> bool:
    """Whether a headline tells one of them and may mean a plan ("A meets B", "A to meet B"), unlike "after talks"."""
    headlines = (m for e in (a, b) for m in e.matches if m.sentence.line.kind is LineKind.HEADLINE)
    return any(m.mode.tense != "past" or m.mode.status is Status.PLANNED for m in headlines)


def _told_as(episode: Episode) -> set[str]:
    """The words that tell it."""
    return {match.token.lemma_.lower() for match in episode.matches}


def _of_the_text(episode: Episode) -> bool:
    """Whether it is told of a text that the reader knows, and of no day: "voted for the resolution"."""
    return episode.bounds is None and any(
        noun.lemma_ in TEXTS and any(child.lower_ in ("the", "it", "this") for child in noun.children)
        for match in episode.matches
        for noun in match.token.subtree
    )


def _other_paper(a: Episode, b: Episode) -> bool:
    """Whether states signed one, and of the other people only said, further off, that they had agreed on it."""
    for one, other in ((a, b), (b, a)):
        agreed = other.matches and all(match.word.endswith(":agree") for match in other.matches)
        apart = abs(one.first - other.first) > NEXT and not _in_headline(a, b)
        people = [all(entity.kind is Kind.PERSON for entity, _ in e.parts.values()) for e in (one, other)]
        if SIGNING & _told_as(one) and agreed and apart and people == [False, True]:
            return True
    return False


def _worsens(episode: Episode) -> bool:
    """Whether a change of relations is for the worse."""
    words = {match.word.rpartition(":")[2] for match in episode.matches}
    return bool((words | {word.removesuffix("s") for word in words}) & WORSE)  # titles: "A cuts ties with B"


def turned_round(a: Episode, b: Episode) -> bool:
    """Whether a title has the sides of what the text begins with the wrong way round, as titles without verbs may."""
    title, text = (a, b) if a.in_headline() else (b, a)
    if not title.in_headline() or text.in_headline() or title.agents(Role.TARGET) or a.type != b.type:
        return False
    doing, suffering = sides(title, title.agents(Role.INITIATOR)), sides(text, text.agents(Role.TARGET))
    acting = text.agents(Role.INITIATOR)
    return bool(doing) and bool(acting) and doing <= suffering and text.first <= NEAR


def _different_sides(a: Episode, b: Episode) -> str | None:
    """Why two acts of one side upon another are not the same."""
    if turned_round(a, b):
        return None
    first, second = a.agents(Role.INITIATOR, Role.MEDIATOR), b.agents(Role.INITIATOR, Role.MEDIATOR)
    loosely = _in_headline(a, b) or a.type in ACTS_OF_STATE
    if a.type in ACTS_OF_STATE and not (first and second):  # "two envoys were told to leave"
        suffering = sides(a, a.agents(Role.TARGET)) & sides(b, b.agents(Role.TARGET))
        return None if suffering else "other targets"
    if not (first & second) and not (loosely and _alike(a, first, b, second)):
        return "other initiators"
    targets, others = a.agents(Role.TARGET, Role.PARTICIPANT), b.agents(Role.TARGET, Role.PARTICIPANT)
    if targets and others:
        common = targets & others or sides(a, targets) & sides(b, others)
        return None if common else "other targets"
    reach = NEAR if targets or others else NEXT
    return "told too far apart" if abs(a.first - b.first) > reach and not _in_headline(a, b) else None


def _alike(a: Episode, first: frozenset[str], b: Episode, second: frozenset[str]) -> bool:
    """Whether two that share nobody may still be the same: a state in one for its ministers in the other."""
    persons = [all(e.parts[key][0].kind is Kind.PERSON for key in keys) for e, keys in ((a, first), (b, second))]
    return not all(persons) and bool(sides(a, first) & sides(b, second))


def _of_a_summit_told(a: Episode, b: Episode) -> bool:
    """Whether the first names somebody who calls, attends or addresses "the summit" of an organization: the second."""
    bodies = [any(e.kind is Kind.ORGANIZATION for e, _ in each.parts.values()) for each in (a, b)]
    return _definite(a, "summit", "conference") and bodies == [False, True] and abs(a.first - b.first) <= MANY


def _definite(episode: Episode, *lemmas: str) -> bool:
    """Whether it is told by one of these nouns as what the reader knows: "the summit"."""
    nouns = [noun for match in episode.matches for noun in match.anchors if noun.lemma_ in lemmas]
    return bool(nouns) and all(any(child.lower_ == "the" for child in children(noun, "det")) for noun in nouns)


def _taken_up(a: Episode, b: Episode) -> bool:
    """Whether the later of two close tellings is of "the meeting" that the other has told."""
    later = max(a, b, key=lambda e: e.first)
    return abs(a.first - b.first) <= NEXT and _definite(later, "meeting", "talk", "summit", "negotiation")


def _different_company(a: Episode, b: Episode) -> str | None:
    """Why two acts in which all take part alike are not the same."""
    first, second = a.agents(), b.agents()
    shared = first & second
    if a.type == b.type == "Summit" and any(a.parts[key][0].kind is Kind.ORGANIZATION for key in shared):
        return None
    bodies = any(a.parts[key][0].kind is Kind.ORGANIZATION for key in shared)
    if a.type == b.type and bodies and a.in_headline() != b.in_headline() and abs(a.first - b.first) <= NEXT:
        return None  # a title and the sentence below it
    if a.type == b.type == "Summit" and (_of_a_summit_told(a, b) or _of_a_summit_told(b, a)):
        return None
    small = min(len(first), len(second))
    if len(shared) >= max(2, MOST * small) and (len(shared) == small or len(shared) >= 3):
        return None
    persons = [any(entity.kind is Kind.PERSON for entity, _ in e.parts.values()) for e in (a, b)]
    vague = _in_headline(a, b)
    if len(shared) == small == 1 and (a.type == b.type or vague) and (len(first) == len(second) or not any(persons)):
        return None
    left, right = principals(a), principals(b)
    if len(left & right) < 2 or not (vague or persons[0] != persons[1]):
        return "other participants"
    same = left == right or ((vague or _taken_up(a, b)) and (left <= right or right <= left))
    return None if same else "other participants"
