"""Headlines that the parser cannot read, matched by the order of names and trigger words.

"Indonesia, Australia ink defence pact": headline grammar leaves out what the parser lives by, and verbs are taken for
nouns. Names before the trigger act, names behind it are acted on, or stand behind their preposition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mapper.actors import Actor, Actors
from mapper.document import Form, Kind, Role, Sentence
from mapper.rules import Rules, Trigger

if TYPE_CHECKING:
    from spacy.tokens import Token

PREPOSITIONS = frozenset(
    "with between against on to of at by for from toward towards into over about in among upon after during".split()
)
BREAKS = frozenset({":", ";", "–", "—", "-", "as", "while", "after", "amid", "but", "despite", "over"})
"""Where the part of a headline ends that belongs to a trigger."""
POSSESSIVES = frozenset({"'s", "’s", "'", "’"})
AHEAD = frozenset({"to", "will", "set", "may", "could"})
"""Words before a trigger that say that it is still to come."""


def base_forms(word: str) -> tuple[str, ...]:
    """The verbs of which a word of a headline may be the present or past form.

    >>> base_forms("severs"), base_forms("condemned")
    (('severs', 'sever'), ('condemned', 'condemn', 'condemne'))
    """
    low = word.lower()
    forms = [low]
    if low.endswith("ies"):
        forms.append(low[:-3] + "y")
    elif low.endswith(("shes", "ches", "sses", "xes", "zes", "oes")):
        forms.append(low[:-2])
    elif low.endswith("s") and not low.endswith("ss"):
        forms.append(low[:-1])
    elif low.endswith("ed"):
        forms += [low[:-2], low[:-1]]
    return tuple(forms)


class Surface:
    """Matches the triggers of verbs against the order of words."""

    def __init__(self, rules: Rules, actors: Actors):
        self._rules = rules
        self._actors = actors

    def candidates(
        self, number: int, sentence: Sentence
    ) -> Iterator[tuple[Trigger, Token, dict[str, tuple[Actor, ...]], bool]]:
        """(trigger, its word, place → actors, still to come) for every reading of the headline."""
        for token in sentence.parse:
            word = sentence.words[token.i]
            if word.mention is not None or word.time or token.i == 0 or not word.form.isalpha():
                continue
            for form in base_forms(word.form):
                for trigger in self._rules.verbs.get(form, ()):
                    places = self._places(number, sentence, token, trigger)
                    if places is not None:
                        ahead = token.i > 0 and sentence.words[token.i - 1].form.lower() in AHEAD
                        yield trigger, token, places, ahead

    def _places(
        self, number: int, sentence: Sentence, verb: Token, trigger: Trigger
    ) -> dict[str, tuple[Actor, ...]] | None:
        right = []
        for token in sentence.parse[verb.i + 1 :]:
            if token.lower_ in BREAKS - trigger.particles and not _joins(sentence, token):
                break
            right.append(token)
        lemmas = {form for token in right for form in (*base_forms(token.text), token.lemma_.lower())}
        if trigger.objects and not lemmas & trigger.objects:
            return None
        if trigger.modifiers and not lemmas & trigger.modifiers:
            return None
        if trigger.clause_words and not lemmas & trigger.clause_words:
            return None
        if (trigger.without | trigger.clause_without) & lemmas or (
            trigger.particles and not lemmas & trigger.particles
        ):
            return None
        if trigger.complement and not lemmas & {"to", "that"}:
            return None
        if any(
            token.lower_ in ("not", "no", "never") for token in (*sentence.parse[max(0, verb.i - 3) : verb.i], *right)
        ):
            return None
        places: dict[str, tuple[Actor, ...]] = {"subject": self._before(number, sentence, verb)}
        place = "object"
        for token in right:
            if token.lower_ in PREPOSITIONS:
                place = token.lower_
                continue
            if token.lower_ in BREAKS and not _joins(sentence, token):
                break
            named = self._named(number, sentence, token)
            if named:
                places[place] = (*places.get(place, ()), *named)
        return places

    def _before(self, number: int, sentence: Sentence, verb: Token) -> tuple[Actor, ...]:
        """The names in one row before the trigger, up to any other word that is not part of their phrases."""
        found: list[Actor] = []
        last = verb.i - 1 if sentence.words[verb.i - 1].form.lower() in AHEAD else verb.i  # "Norway to host"
        for token in reversed(list(sentence.parse[:last])):
            named = self._named(number, sentence, token)
            if named and not _owns(sentence, token, found):
                found = [*named, *found]
            elif named:
                continue  # "Argentina's Milei": the person acts
            elif token.lower_ in PREPOSITIONS | BREAKS or (
                token.pos_ == "VERB" and sentence.words[token.i].mention is None
            ):
                if token.lower_ in PREPOSITIONS and found:
                    found = []
                    continue
                break
        return tuple(found)

    def _named(self, number: int, sentence: Sentence, token: Token) -> tuple[Actor, ...]:
        mention = sentence.words[token.i].mention
        if mention is None:
            return ()
        if mention.form is Form.DEMONYM:
            return tuple(self._actors.owner(sentence, number, token))
        return self._actors.of_word(sentence, number, token)


def _joins(sentence: Sentence, token: Token) -> bool:
    """Whether a hyphen ties two words: "a Sudan-Chad deal"."""
    words, i = sentence.words, token.i
    return token.text == "-" and 0 < i < len(words) - 1 and words[i - 1].end == words[i].start == words[i + 1].start - 1


def _owns(sentence: Sentence, token: Token, found: Sequence[Actor]) -> bool:
    """Whether the word is the possessor of the person named right behind it."""
    if not found or found[0].entity.kind is not Kind.PERSON or token.i + 1 >= len(sentence.words):
        return False
    return sentence.words[token.i + 1].form in POSSESSIVES and found[0].word == token.i + 2


def roles_of(trigger: Trigger, places: dict[str, tuple[Actor, ...]]) -> list[tuple[str, tuple[Actor, ...], Role]]:
    """The places that the trigger has a role for, with their actors."""
    return [(place, places[place], role) for place, role in trigger.args.items() if places.get(place)]
