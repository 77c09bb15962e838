"""Calico's selector expressions: `app == "db" && has(tier) || !all()` (Calico docs, "Selectors")."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aksnetpol.policy.model.selectors import AllOf, AnyOf, Negation, Operator, Requirement, Selector

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<symbol>==|!=|&&|\|\||[!(){},])"""
    r"""|(?P<word>[A-Za-z0-9_./:@*-]+))""",
    re.ASCII,
)
NO_ONE: Selector = Negation(AllOf())
MAX_DEPTH = 100


class SelectorSyntaxError(ValueError):
    """The expression is not one of Calico's.

    Args:
        expression: as written.
        problem: what was found where.
    """

    def __init__(self, expression: str, problem: str) -> None:
        super().__init__(f"selector {expression!r}: {problem}")


def parse(expression: str, keys: Mapping[str, str] | None = None) -> Selector:
    """Return the selector of an expression; an empty one selects everything.

    Args:
        keys: other names of label keys, with the ones to use.

    Raises:
        SelectorSyntaxError: not an expression.
    """
    return _Parser(expression, keys or {}).selector()


class _Parser:
    def __init__(self, expression: str, keys: Mapping[str, str]) -> None:
        self.expression = expression
        self.keys = keys
        self.tokens = self._tokens()
        self.next = 0
        self.depth = 0

    def _tokens(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        position, end = 0, len(self.expression.rstrip())
        while position < end:
            match = _TOKEN.match(self.expression, position)
            if match is None or match.lastgroup is None:
                column = end - len(self.expression[position:end].lstrip()) + 1
                raise SelectorSyntaxError(self.expression, f"unexpected text at column {column}")
            found.append((match.lastgroup, match[match.lastgroup]))
            position = match.end()
        return found

    def selector(self) -> Selector:
        if not self.tokens:
            return AllOf()
        found = self._any_of()
        if self.next < len(self.tokens):
            raise self._unexpected()
        return found

    def _unexpected(self) -> SelectorSyntaxError:
        found = self.tokens[self.next][1] if self.next < len(self.tokens) else "the end"
        return SelectorSyntaxError(self.expression, f"unexpected {found}")

    def _peek(self) -> str:
        return self.tokens[self.next][1] if self.next < len(self.tokens) else ""

    def _take(self, wanted: str = "", kind: str = "") -> str:
        if self.next >= len(self.tokens):
            raise self._unexpected()
        found_kind, found = self.tokens[self.next]
        if (wanted and found != wanted) or (kind and found_kind != kind):
            raise self._unexpected()
        self.next += 1
        return found

    def _accept(self, wanted: str) -> bool:
        if self._peek() != wanted:
            return False
        self.next += 1
        return True

    def _any_of(self) -> Selector:
        parts = [self._all_of()]
        while self._accept("||"):
            parts.append(self._all_of())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all_of(self) -> Selector:
        parts = [self._operation()]
        while self._accept("&&"):
            parts.append(self._operation())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _operation(self) -> Selector:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise SelectorSyntaxError(self.expression, f"nested deeper than {MAX_DEPTH} levels")
        negated = False
        while self._accept("!"):
            negated = not negated
        found = self._nested() if self._accept("(") else self._comparison()
        self.depth -= 1
        return Negation(found) if negated else found

    def _nested(self) -> Selector:
        found = self._any_of()
        self._take(")")
        return found

    def _comparison(self) -> Selector:
        word = self._take(kind="word")
        if word in ("all", "global", "has") and self._peek() == "(":
            self._take("(")
            key = self._key(self._take(kind="word")) if word == "has" else ""
            self._take(")")
            return {"all": AllOf(), "global": NO_ONE}.get(word) or Requirement(key, Operator.EXISTS)
        word = self._key(word)
        operator = self._take()
        if operator == "not":
            self._take("in")
            return Requirement(word, Operator.NOT_IN, self._set())
        match operator:
            case "==":
                return Requirement(word, Operator.IN, (self._text(),))
            case "!=":
                return Requirement(word, Operator.NOT_IN, (self._text(),))
            case "in":
                return Requirement(word, Operator.IN, self._set())
            case "contains":
                return Requirement(word, Operator.CONTAINS, (self._text(),))
            case "starts" | "ends":
                self._take("with")
                textual = Operator.STARTS_WITH if operator == "starts" else Operator.ENDS_WITH
                return Requirement(word, textual, (self._text(),))
            case _:
                self.next -= 1
                raise self._unexpected()

    def _key(self, written: str) -> str:
        return self.keys.get(written, written)

    def _text(self) -> str:
        return self._take(kind="text")[1:-1]

    def _set(self) -> tuple[str, ...]:
        self._take("{")
        found: list[str] = []
        while not self._accept("}"):
            found.append(self._text())
            if self._peek() != "}":
                self._take(",")
        return tuple(found)
