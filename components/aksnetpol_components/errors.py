"""Errors of the components; each says what is wrong, where, and what to do."""

from aksnetpol.errors import AksnetpolError, UserError


class ArgumentError(UserError):
    """A component got arguments that cannot work together or do not exist."""


class ManifestError(UserError):
    """A policy file cannot be used.

    Args:
        location: "file" or "file:line".
        problem: what is wrong there, as a sentence that also says what to do.
    """

    def __init__(self, location: str, problem: str) -> None:
        self.location = location
        super().__init__(f"{location}: {problem}")


class PreviewFeatureError(AksnetpolError):
    """A preview feature did not become Registered.

    Args:
        feature: "Namespace/Name".
        state: the last state Azure answered with, "" when Azure does not know the feature.
        problem: what happened and what to do.
    """

    def __init__(self, feature: str, state: str, problem: str) -> None:
        self.feature = feature
        self.state = state
        super().__init__(f"preview feature {feature}: {problem}")
