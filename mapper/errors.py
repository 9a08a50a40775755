"""What can go wrong, told so that the reader knows what to do."""

from __future__ import annotations


class CommuniqueError(Exception):
    """The root of all errors that are reported to a person instead of raised through."""


class InputError(CommuniqueError):
    """An input file or record cannot be read; it is set aside and the run goes on."""


class ConfigurationError(CommuniqueError):
    """The project's own data (rules, gazetteer, ontology, shapes) or a setting is wrong."""


class ReleaseError(CommuniqueError):
    """A release cannot be written, checked or promoted; the current one stays as it was."""


class PushError(CommuniqueError):
    """Another server does not take a release."""
