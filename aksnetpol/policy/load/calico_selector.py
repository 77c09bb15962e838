"""Calico's selector expressions: `app == "db" && has(tier) || !all()` (Calico docs, "Selectors")."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aksnetpol.policy.model.selectors import AllOf, AnyOf, Negation, Operator, Requirement, Selector

# Blanks are spaces and tabs only; an operator is looked for after a key (libcalico-go, selector/tokenizer).
_COMMON = r"""(?P<text>"[^"]*"|'[^']*')|(?P<symbol>==|!=|&&|\|\||[!(){},])"""
_OPERATOR = r"(?P<operator>contains|starts[ \t]*with|ends[ \t]*with|not[ \t]*in|in)"
_KEY = r"[A-Za-z0-9_./-]+"
_CALL = rf"has\([ \t]*(?P<has>{_KEY})[ \t]*\)|(?P<all>all\([ \t]*\))|(?P<global>global\([ \t]*\))"
_AFTER_KEY = re.compile(f"{_COMMON}|{_OPERATOR}", re.ASCII)
_TOKEN = re.compile(f"{_COMMON}|{_CALL}|(?P<word>{_KEY})", re.ASCII)
_BLANKS = re.compile(r"[ \t]*")
NO_ONE: Selector = Negation(AllOf())
MAX_DEPTH = 100


class NestedTooDeepError(ValueError):
    """The expression may be one of Calico's, and is too deep for us."""

    def __init__(self) -> None:
        super().__init__(f"a selector nested deeper than {MAX_DEPTH} levels is not read")


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
        NestedTooDeepError: it cannot be read.
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
        position = self._after_blanks(0)
        while position < len(self.expression):
            after_key = bool(found) and found[-1][0] == "word"
            match = (_AFTER_KEY if after_key else _TOKEN).match(self.expression, position)
            if match is None or match.lastgroup is None:
                raise SelectorSyntaxError(self.expression, f"unexpected text at column {position + 1}")
            found.append((match.lastgroup, match[match.lastgroup]))
            position = self._after_blanks(match.end())
        return found

    def _after_blanks(self, position: int) -> int:
        match = _BLANKS.match(self.expression, position)
        return match.end() if match else position

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
            raise NestedTooDeepError
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
        if self.next >= len(self.tokens):
            raise self._unexpected()
        kind, value = self.tokens[self.next]
        if kind in ("has", "all", "global"):
            self.next += 1
            return {"all": AllOf(), "global": NO_ONE}.get(kind) or Requirement(
                self._key(value), Operator.EXISTS
            )
        word = self._key(self._take(kind="word"))
        match "".join(self._take().split()):
            case "notin":
                return Requirement(word, Operator.NOT_IN, self._set())
            case "in":
                return Requirement(word, Operator.IN, self._set())
            case "==":
                return Requirement(word, Operator.IN, (self._text(),))
            case "!=":
                return Requirement(word, Operator.NOT_IN, (self._text(),))
            case "contains":
                return Requirement(word, Operator.CONTAINS, (self._text(),))
            case "startswith":
                return Requirement(word, Operator.STARTS_WITH, (self._text(),))
            case "endswith":
                return Requirement(word, Operator.ENDS_WITH, (self._text(),))
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
