"""What about: concepts of the topic scheme, found by their trigger phrases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import ahocorasick


class Topics:
    """Finds the topics of a text; a narrower topic silences the broader ones above it."""

    def __init__(self, phrases: Mapping[str, Iterable[str]], broader: Mapping[str, str | None]):
        """`phrases`: topic → the words that tell of it; `broader`: topic → the topic above it."""
        self._broader = broader
        self._automaton = ahocorasick.Automaton()
        index: dict[str, set[str]] = {}
        for topic, words in phrases.items():
            for phrase in words:
                if len(phrase) > 2:
                    index.setdefault(phrase.lower(), set()).add(topic)
        for phrase, topics in index.items():
            self._automaton.add_word(phrase, (len(phrase), tuple(sorted(topics))))
        self._empty = not index
        self._automaton.make_automaton()

    def of(self, text: str) -> tuple[str, ...]:
        """The topics of the text, narrowest only, in order of their names.

        >>> topics = Topics({"peace": ["peace"], "ceasefire": ["ceasefire"]}, {"ceasefire": "peace"})
        >>> topics.of("They want a ceasefire and peace.")
        ('ceasefire',)
        """
        if self._empty:
            return ()
        lowered = text.lower()
        found: set[str] = set()
        for end, (length, topics) in self._automaton.iter(lowered):
            start = end - length + 1
            before, after = lowered[start - 1 : start], lowered[end + 1 : end + 2]
            if not re.match(r"\w", before or " ") and not re.match(r"\w", after or " "):
                found.update(topics)
        above = {ancestor for topic in found for ancestor in self._ancestors(topic)}
        return tuple(sorted(found - above))

    def _ancestors(self, topic: str) -> Iterable[str]:
        seen = set()
        while (parent := self._broader.get(topic)) and parent not in seen:
            seen.add(parent)
            topic = parent
        return seen
