"""A password that is made once and kept as a secret in the stack's state."""

import secrets
import string
from typing import Any, Protocol

import pulumi
import pulumi.dynamic

from aksnetpol_components import dynamic

# Only characters that no shell, YAML or unattend.xml treats specially.
CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "-_.~+")
SHORTEST, LONGEST = 14, 123


class Chooser(Protocol):
    """Chooses one character; `secrets.choice` outside of tests."""

    def __call__(self, seq: str, /) -> str: ...


def new_password(length: int, choice: Chooser = secrets.choice) -> str:
    """Return a password that AKS accepts for Windows nodes.

    Args:
        length: characters, 14 to 123.
        choice: source of randomness.

    Raises:
        ValueError: the length is out of range (AKS answers WindowsProfilePasswordInvalid).
    """
    if not SHORTEST <= length <= LONGEST:
        raise ValueError(f"a Windows password has {SHORTEST} to {LONGEST} characters, not {length}")
    while True:
        password = "".join(choice("".join(CLASSES)) for _ in range(length))
        # All four classes, though three are enough; drawing again keeps every position equally likely.
        if all(any(character in group for character in password) for group in CLASSES):
            return password


class PasswordProvider(dynamic.Provider):
    """Makes the password at creation and never again."""

    def create(self, props: dict[str, Any]) -> pulumi.dynamic.CreateResult:
        """Make the password."""
        outs = {"length": props["length"], "result": new_password(int(props["length"]))}
        return pulumi.dynamic.CreateResult("password", outs)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> pulumi.dynamic.DiffResult:
        """A different length asks for a new password; nothing else does."""
        changed = _olds.get("length") != _news.get("length")
        return pulumi.dynamic.DiffResult(changes=changed, replaces=["length"] if changed else [])


class GeneratedPassword(pulumi.dynamic.Resource, module="aksnetpol", name="GeneratedPassword"):
    """A random password for Windows nodes, secret, stable until its length changes."""

    result: pulumi.Output[str]

    def __init__(self, name: str, length: int = 24, opts: pulumi.ResourceOptions | None = None) -> None:
        secret = pulumi.ResourceOptions(additional_secret_outputs=["result"])
        props: dict[str, Any] = {"length": length, "result": None}
        super().__init__(PasswordProvider(), name, props, pulumi.ResourceOptions.merge(opts, secret))
