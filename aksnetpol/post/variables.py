"""What a CI system and its user put into the environment."""

from collections.abc import Mapping

from aksnetpol.post.errors import MissingVariableError


class Variables:
    """An environment.

    Args:
        system: whose variables these are, such as "GitHub Actions".
    """

    def __init__(self, environ: Mapping[str, str], system: str) -> None:
        self._environ, self._system = environ, system

    def get(self, name: str) -> str:
        """Return a value, or nothing; Azure Pipelines leaves `$(name)` where a variable is not set."""
        value = self._environ.get(name, "").strip()
        return "" if value.startswith("$(") else value

    def need(self, name: str, advice: str = "") -> str:
        """Return a value.

        Raises:
            MissingVariableError: it is not set.
        """
        if value := self.get(name):
            return value
        raise MissingVariableError(name, advice or f"{self._system} sets it in jobs of a pull request")

    def number(self, name: str, advice: str = "") -> int:
        """Return a whole number.

        Raises:
            MissingVariableError: it is not set, or is none.
        """
        value = self.need(name, advice)
        if value.isascii() and value.isdigit():
            return int(value)
        raise MissingVariableError(name, f"{value!r} is no number")

    def token(self, name: str, advice: str) -> str:
        """Return a secret; what cannot be one is never shown.

        Raises:
            MissingVariableError: it is not set, or no header can hold it.
        """
        value = self.need(name, advice)
        if value.isascii() and value.isprintable() and " " not in value:
            return value
        raise MissingVariableError(name, f"it holds characters that no token has; {advice}")
