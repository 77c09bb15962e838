"""Errors of the components; each says what is wrong, where, and what to do."""

from aksnetpol.errors import AksnetpolError, UserError


class ArgumentError(UserError):
    """A component got arguments that cannot work together or do not exist."""


class ManifestError(UserError):
    """Policy files cannot be used.

    Args:
        problems: each "file:line: what is wrong there"; one is a sentence that also says what to do.
    """

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


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
