"""Whether the article says that something happened, is to happen, or is only said by somebody.

PLOVER's auxiliary modes (historical, future, hypothetical, negation) become statuses, or no event at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mapper.document import Status
from mapper.reported import is_nameless
from mapper.syntax import (
    FUTURE,
    STANDING_FOR_TIMES,
    UNREAL,
    children,
    is_negated,
    is_verb,
    prepositional,
    subjects,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

Tense = Literal["past", "present", "future"]

PLANS = frozenset(
    "plan agree expect set due schedule decide intend prepare slate arrange aim promise resolve pledge vow "
    "commit announce confirm determine poise".split()
)
"""Verbs and adjectives whose infinitive is still to come."""
WISHES = frozenset(
    "want hope seek wish offer try attempt refuse decline fail urge ask call request demand press threaten "
    "consider mull propose suggest need encourage appeal reject oppose avoid prefer want like invite advise "
    "plead pressure warn help allow enable permit".split()
)
"""Verbs whose infinitive or object may never come true."""
CLAIMS = frozenset("claim allege accuse charge purport".split())
DENIALS = frozenset("deny refute rebut dismiss reject".split())
RUMOURS = frozenset({"report", "quote"})
"""Verbs that tell of a rumour when they stand in the pluperfect: "had reported that"."""
HEARSAY = frozenset("report rumour rumor claim allegation accusation speculation".split())
SUGGESTIONS = frozenset("threaten hope wish suggest propose urge demand insist".split())
"""Verbs whose clause is no plan either, when it is still to come: "threatened that it would"."""
AGREED = frozenset("meet visit hold convene travel host talk negotiate deploy send provide give lend donate".split())
"""What people agree to do that is an event to come; other infinitives are what the agreement says."""
AHEAD = frozenset("preparation prepare plan schedule agenda invitation".split())
"""Words whose "for" or "of" phrase is still to come: "preparations for the visit"."""
UPCOMING = frozenset(
    "upcoming forthcoming next planned scheduled future proposed possible potential expected impending "
    "prospective imminent".split()
)
DONE_BY_SAYING = frozenset(
    "recall expulsion sanction embargo ban tariff withdrawal suspension aid package condemnation agreement deal".split()
)
"""Nouns of acts that announcing performs."""
WISHED_FOR = frozenset("for without before against towards toward".split())
WISHING = frozenset(
    "call push hope plan proposal prospect appeal need ready prepare bid date offer request demand press urge".split()
)
"""Words whose "for" phrase is wanted, not there: "calls for talks"."""
PLANNED_NOUNS = frozenset("plan schedule arrange announce prepare set confirm organise organize".split())
UNREAL_NOUNS = frozenset(
    "propose seek urge demand want need refuse cancel postpone reject suggest call request offer mull consider "
    "skip boycott avoid delay snub decline oppose rule block favour favor support prefer".split()
)


OCCASIONS = frozenset({"at", "in", "during"})
"""Prepositions of the occasion on which something is asked for, which is itself no wish."""


@dataclass(frozen=True, slots=True)
class Mode:
    """How an event is told."""

    status: Status
    tense: Tense = "past"
    pluperfect: bool = False
    claimant: Token | None = None
    """The noun that names who says so."""


def mode_of(trigger: Token, *, performative: bool) -> Mode | None:
    """How the words around the trigger tell it; None when they do not say that it happened or is to happen.

    A `performative` event is a speech act: it has no planned form worth publishing.
    """
    verb = trigger if is_verb(trigger) else None
    if is_negated(trigger):
        return _denied(trigger)
    mode = _nominal(trigger) if verb is None else _verbal(verb)
    if mode is None or (performative and mode.status is Status.PLANNED):
        return None
    return mode


def is_perfect(verb: Token) -> bool:
    """Whether it is told in the present perfect, as of no day: "has dismissed"."""
    return any(child.lower_ in ("has", "have", "'ve", "’ve") for child in children(verb, "aux"))


def at_once(verb: Token) -> bool:
    """Whether it is done by being announced: "will be closed with immediate effect"."""
    effects = (noun for noun in prepositional(verb, "with") if noun.lower_ == "effect")
    return any(child.lower_ == "immediate" for noun in effects for child in children(noun, "amod"))


def is_attribute(verb: Token) -> bool:
    """Whether a participle only describes a noun: "the troops deployed in Haiti"."""
    return verb.dep_ in ("acl", "amod") and verb.tag_ == "VBN"


def _verbal(verb: Token) -> Mode | None:
    auxiliaries = {child.lower_ for child in children(verb, "aux", "auxpass")}
    if (
        any(child.lower_ in ("if", "unless", "whether", "lest") for child in children(verb, "mark"))
        and verb.dep_ == "advcl"
    ):
        return None
    above = verb.head if verb.head != verb else None
    chained = verb.dep_ == "conj" and above is not None and is_verb(above)
    if auxiliaries & FUTURE:
        return _under(verb, Mode(Status.PLANNED, "future"))
    if auxiliaries & UNREAL:
        if "would" in auxiliaries and verb.dep_ in ("ccomp", "conj"):
            return _under(verb, Mode(Status.PLANNED, "future"))
        return None
    infinitive = any(child.tag_ == "TO" for child in children(verb, "aux")) or (
        verb.tag_ == "VB" and verb.dep_ in ("xcomp", "acl", "ccomp")
    )
    if infinitive and above is not None:
        return _infinitive(verb, above)
    if chained and verb.tag_ in ("VB", "VBG") and not any(children(verb, "nsubj")) and above is not None:
        return mode_of(above, performative=False)
    if verb.tag_ == "VBG" and verb.dep_ in ("pcomp", "xcomp", "advcl", "acl", "dobj") and above is not None:
        lemma = above.head.lemma_ if verb.dep_ == "pcomp" else above.lemma_
        if lemma in UNREAL_NOUNS | WISHES and verb.dep_ in ("pcomp", "xcomp", "dobj"):
            return None
        if verb.dep_ == "pcomp" and above.lower_ in ("without", "before", "instead", "from"):
            return None
        if (verb.dep_ in ("pcomp", "xcomp")) and lemma in DENIALS | CLAIMS:
            return _claimed(above if verb.dep_ == "xcomp" else above.head)
        return _under(verb, Mode(Status.OCCURRED))
    if verb.tag_ == "VBG" and auxiliaries & {"is", "are", "'s", "’s", "'re"}:
        return _under(verb, Mode(Status.OCCURRED, "present"))
    perfect = bool(auxiliaries & {"had", "'d", "’d"}) and verb.tag_ in ("VBN", "VBD")
    if any(
        child.lower_ in ("set", "due", "scheduled", "expected", "slated") for child in children(verb, "acomp", "advmod")
    ):
        return _under(verb, Mode(Status.PLANNED, "future"))
    present = verb.tag_ in ("VBZ", "VBP") and not auxiliaries
    return _under(verb, Mode(Status.OCCURRED, "present" if present else "past", perfect))


def _infinitive(verb: Token, above: Token) -> Mode | None:
    """ "is to meet", "agreed to meet", "flew in to meet", "wants to meet"."""
    lemma = above.lemma_
    if verb.dep_ in ("xcomp", "ccomp"):
        if lemma == "be" and above.tag_ == "VBD":
            return None  # "was to mediate": what came of it is not said
        if lemma == "agree" and verb.lemma_ not in AGREED:
            return None
        if lemma in PLANS or lemma == "be":
            higher = mode_of(above, performative=False) if is_verb(above) else Mode(Status.OCCURRED)
            return (
                Mode(Status.PLANNED, "future")
                if higher and higher.status in (Status.OCCURRED, Status.PLANNED)
                else None
            )
        if lemma in ("begin", "start", "continue", "manage", "go", "help", "move", "come"):
            return mode_of(above, performative=False)
        return None
    if verb.dep_ in ("acl", "relcl") and above.dep_ == "attr" and _is_first(above):
        return mode_of(above.head, performative=False)  # "became the first to visit"
    if verb.dep_ == "acl":  # "the decision to recall"
        return None
    if verb.dep_ == "advcl" and is_verb(above):
        if lemma in WISHES:
            return None
        return mode_of(above, performative=False)
    return None


def _is_first(noun: Token) -> bool:
    return noun.head.lemma_ in ("be", "become") and any(
        token.lower_ in ("first", "second", "third", "last", "latest", "only", "newest")
        for token in (noun, *children(noun, "amod"))
    )


def _under(verb: Token, mode: Mode) -> Mode | None:
    """Look at the clauses above: "claims that …", "denied reports that …", "if …"."""
    token = verb
    for _ in range(6):
        if token.head == token:
            return mode
        above, label = token.head, token.dep_
        if label == "ccomp" and is_verb(above):
            if above.lemma_ in DENIALS:
                return _claimed(above, Status.DENIED)
            if above.lemma_ in CLAIMS and above.dep_ in ("dobj", "xcomp", "ccomp") and above.head.lemma_ in DENIALS:
                return _claimed(above.head, Status.DENIED)  # "rejected claims its envoys had met"
            rumoured = above.lemma_ in RUMOURS and any(c.lower_ in ("had", "'d") for c in children(above, "aux"))
            if rumoured or above.lemma_ in CLAIMS:
                return Mode(Status.ALLEGED, mode.tense, mode.pluperfect, _claimant(above))
            if is_nameless(above):
                return Mode(Status.ALLEGED, mode.tense, mode.pluperfect)
            if above.lemma_ in SUGGESTIONS and mode.status is not Status.OCCURRED:
                return None
        if label == "acl" and above.lemma_ in HEARSAY:
            governor = above.head
            if governor.lemma_ in DENIALS:
                return _claimed(governor, Status.DENIED)
            return Mode(Status.ALLEGED, mode.tense, mode.pluperfect)
        if label == "advcl" and any(child.lower_ in ("if", "unless") for child in children(token, "mark")):
            return None
        if label in ("relcl", "advcl", "acl"):
            return mode
        token = above
    return mode


def _claimed(verb: Token, status: Status | None = None) -> Mode:
    chosen = status or (Status.DENIED if verb.lemma_ in DENIALS else Status.ALLEGED)
    return Mode(chosen, "past", False, _claimant(verb))


def _claimant(verb: Token) -> Token | None:
    found = subjects(verb)
    return found[0] if found else None


def _denied(trigger: Token) -> Mode | None:
    """ "No such meeting occurred": a denial of the event, not its absence."""
    if not is_verb(trigger) and any(child.lower_ == "such" for child in trigger.children):
        return Mode(Status.DENIED)
    return None


def _is_time(token: Token) -> bool:
    return token.text in STANDING_FOR_TIMES


def _nominal(noun: Token) -> Mode | None:
    if noun.dep_ == "pobj" and (
        noun.head.head.lemma_ in AHEAD or noun.head.lower_ == "ahead" or noun.head.head.lower_ == "ahead"
    ):
        return Mode(Status.PLANNED, "future")
    modifiers = {child.lower_ for child in noun.children if child.dep_ in ("amod", "compound", "det", "nmod")}
    if modifiers & UPCOMING:
        return None if modifiers & {"possible", "potential", "proposed"} else Mode(Status.PLANNED, "future")
    if modifiers & {"another", "any", "further", "future"}:
        return None
    token, head = noun, noun.head
    for _ in range(3):
        if head == token or is_verb(head):
            break
        if head.lower_ in WISHED_FOR and token.dep_ == "pobj" and head.head.lemma_ in WISHING:
            return None  # "calls for talks"
        token, head = head, head.head
    if is_verb(head):
        over = token.dep_ == "prep" and token.lower_ in ("after", "following", "under", "during")
        if over and not any(child.lower_ in FUTURE for child in head.children):
            return Mode(Status.OCCURRED)  # "failed to agree after two days of talks"
        if is_negated(head) and token.dep_ in ("dobj", "nsubj", "nsubjpass", "prep"):
            return None
        occasion = token.dep_ == "prep" and token.lower_ in OCCASIONS  # "at a meeting with Obama he proposed"
        if head.lemma_ in UNREAL_NOUNS and token.dep_ in ("dobj", "nsubjpass", "prep") and not occasion:
            return None
        above = _verbal(head)
        if (
            above is None
            and token.dep_ == "nsubj"
            and any(child.dep_ == "poss" and _is_time(child) for child in noun.children)
        ):
            return Mode(Status.PLANNED, "future")  # "next month's summit should settle it"
        if above is None:
            return None
        if above.status is Status.PLANNED and token.dep_ in ("dobj", "nsubj", "nsubjpass", "prep"):
            return above
        if head.lemma_ in PLANNED_NOUNS and token.dep_ in ("dobj", "nsubjpass") and noun.lemma_ not in DONE_BY_SAYING:
            return Mode(Status.PLANNED, "future")
        if head.lemma_ in DENIALS:
            return _claimed(head, Status.DENIED)
        return Mode(above.status, above.tense, above.pluperfect, above.claimant)
    return Mode(Status.OCCURRED)
