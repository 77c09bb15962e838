"""Why a report is not posted; every message is one line and holds no token."""

from aksnetpol.errors import AksnetpolError, UserError


class PostError(AksnetpolError):
    """Root of this package's errors."""


class MissingVariableError(PostError, UserError):
    """A variable that the CI system sets, or the token, is not there.

    Args:
        name: of the variable.
        advice: what to do.
    """

    def __init__(self, name: str, advice: str) -> None:
        self.name = name
        super().__init__(f"The environment has no usable {name}: {advice}.")


class ReportFileError(PostError, UserError):
    """A file is no report of `aksnetpol review --output json=FILE`."""


class TooLongError(PostError):
    """The headlines alone are longer than a comment may be."""


class UnsettledError(PostError):
    """Other jobs kept writing, or the comment that was written is not listed."""


class RefusedError(PostError):
    """The service says no; asking again would not help.

    Args:
        status: HTTP status.
    """

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class UnavailableError(PostError):
    """The service did not answer, or asks to come back later.

    Args:
        wait: seconds that it asks for; None where it does not say.
    """

    def __init__(self, message: str, wait: float | None = None) -> None:
        self.wait = wait
        super().__init__(message)
