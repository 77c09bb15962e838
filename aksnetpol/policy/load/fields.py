"""Typed access to the fields of a manifest: each wrong type is an error that knows its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aksnetpol.documents import is_list, is_mapping
from aksnetpol.policy.model import addresses
from aksnetpol.policy.model.cluster import Protocol
from aksnetpol.policy.model.places import Origin


class FieldError(Exception):
    """A field that the API server would reject.

    Args:
        message: what is wrong and what to write instead.
        origin: where.
    """

    def __init__(self, message: str, origin: Origin) -> None:
        super().__init__(message)
        self.message = message
        self.origin = origin


class RefusedError(FieldError):
    """What the API server, or the agent of a policy's engine, refuses: nothing of the policy is in force."""


class Field:
    """A value of a manifest with its place."""

    __slots__ = ("origin", "value")

    def __init__(self, value: Any, origin: Origin) -> None:
        self.value = value
        self.origin = origin

    def fail(self, problem: str) -> FieldError:
        """Return the error that this field is wrong."""
        return FieldError(self._told(problem), self.origin)

    def refuse(self, problem: str) -> RefusedError:
        """Return the error that the policy with this field is not installed."""
        return RefusedError(self._told(problem), self.origin)

    def _told(self, problem: str) -> str:
        name = ".".join(str(step) for step in self.origin.path if step != "items") or "document"
        return f"{name}: {problem}"

    def get(self, key: str) -> Field | None:
        """Return a field of this mapping; None when missing or null."""
        value = self.mapping().get(key)
        return None if value is None else Field(value, self.origin.at(key))

    def need(self, key: str) -> Field:
        """Return a field of this mapping that must be there."""
        found = self.get(key)
        if found is None:
            raise self.fail(f"{key} is missing")
        return found

    def mapping(self) -> dict[str, Any]:
        """Return the value as a mapping."""
        if not is_mapping(self.value):
            raise self.fail(f"must be a mapping, not {_type(self.value)}")
        return self.value

    def only(self, *keys: str) -> Field:
        """Return this mapping, which may have no other keys: a misspelt field must not go unseen."""
        for key in self.mapping():
            if key not in keys:
                raise Field(self.value[key], self.origin.at(key)).fail(
                    f"unknown field; known here: {', '.join(keys)}"
                )
        return self

    def one_of(self, *keys: str) -> str:
        """Return which one of the keys is there; exactly one must be."""
        found = [key for key in keys if self.get(key) is not None]
        if len(found) != 1:
            raise self.fail(f"exactly one of {', '.join(keys)} must be given")
        return found[0]

    def items(self) -> Iterator[Field]:
        """Yield the items of this list."""
        if not is_list(self.value):
            raise self.fail(f"must be a list, not {_type(self.value)}")
        for index, value in enumerate(self.value):
            yield Field(value, self.origin.at(index))

    def list(self, key: str) -> list[Field]:
        """Return the items of a list field; none when it is missing or null."""
        found = self.get(key)
        return list(found.items()) if found else []

    def text(self) -> str:
        """Return the value as text; YAML 1.1 makes booleans of y, n, on and off."""
        if not isinstance(self.value, str):
            hint = "; quote it" if isinstance(self.value, bool | int | float) else ""
            raise self.fail(f"must be text, not {_type(self.value)}{hint}")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """Return the items of this list as text."""
        return tuple(item.text() for item in self.items())

    def text_of(self, key: str, default: str = "") -> str:
        """Return a text field, or the default when it is missing."""
        found = self.get(key)
        return found.text() if found else default

    def choice(self, *allowed: str) -> str:
        """Return the value as one of the allowed words."""
        if self.text() not in allowed:
            raise self.fail(f"must be one of {', '.join(allowed)}, not {self.value!r}")
        return self.text()

    def integer(self, low: int, high: int) -> int:
        """Return the value as a whole number in a range."""
        value = self.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.fail(f"must be a whole number, not {_type(self.value)}")
        if not low <= value <= high:
            raise self.fail(f"must be from {low} to {high}, not {value}")
        return value

    def number(self) -> float:
        """Return the value as a number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.fail(f"must be a number, not {_type(self.value)}")
        return float(self.value)

    def boolean(self) -> bool:
        """Return the value as true or false."""
        if not isinstance(self.value, bool):
            raise self.fail(f"must be true or false, not {_type(self.value)}")
        return self.value

    def labels(self) -> dict[str, str]:
        """Return the value as labels: text to text."""
        found = self.mapping()
        for key, value in found.items():
            if type(value) is not str:
                raise Field(value, self.origin.at(key)).fail(f"must be text, not {_type(value)}; quote it")
        return found

    def address(self) -> str:
        """Return the value as an IP address."""
        if not addresses.is_address(self.text()):
            raise self.fail(f"{self.value!r} is no IP address")
        return self.value

    def cidr(self) -> str:
        """Return the value as a CIDR, as written."""
        try:
            addresses.cidr_interval(self.text())
        except ValueError:
            raise self.refuse(f"{self.value!r} is no CIDR such as 10.0.0.0/8") from None
        return self.value

    def net(self) -> str:
        """Return the value as a CIDR; an address alone is one (libcalico-go, ParseCIDROrIP; Cilium, CIDR)."""
        text = self.text()
        whole = self if "/" in text else Field(addresses.cidr_of(text), self.origin)
        return whole.cidr()

    def protocol(self) -> Protocol:
        """Return the value as a protocol."""
        return Protocol(self.choice(*Protocol))


def _type(value: object) -> str:
    names: dict[type, str] = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
    }
    return "null" if value is None else names.get(type(value), "a mapping")
