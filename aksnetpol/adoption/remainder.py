"""What of a live resource a stack's settings do not say: the pass-through arguments that make up for it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aksnetpol.documents import is_list, is_mapping
from aksnetpol_components.pass_through import FREE_KEYS, bare

Json = Mapping[str, Any]


def remainder(sent: Json, live: Json, ignored: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return what must be merged over `sent` to get `live`; None takes a property away.

    Args:
        sent: what the component would send, Python names.
        live: from `document.writable`, ARM's names.
        ignored: paths in ARM's names that the component leaves to others, such as "networkProfile.podCidr".
    """
    spelling = {bare(key): key for key in sent}
    result: dict[str, Any] = {}
    for key, value in live.items():
        if key in ignored:
            continue
        if bare(key) not in spelling:
            rest = remainder({}, value, _below(ignored, key)) if is_mapping(value) else value
        else:
            rest = _rest(key, sent[spelling[bare(key)]], value, _below(ignored, key))
        if not (is_mapping(rest) and not rest):
            result[key] = rest
    left = {bare(key) for key in live} | {bare(key) for key in ignored}
    # What is neither live nor empty would be added.
    gone = (key for key, value in sent.items() if bare(key) not in left and value not in (None, {}, []))
    return {**result, **{_camel(key): None for key in gone}}


def paths(values: Json, above: str = "") -> Iterator[str]:
    """Yield the paths of the leaves of pass-through arguments; lists and the user's own maps are leaves."""
    for key, value in values.items():
        if is_mapping(value) and value and bare(key) not in FREE_KEYS:
            yield from paths(value, f"{above}{key}.")
        else:
            yield f"{above}{key}"


def _rest(key: str, sent: Any, live: Any, ignored: frozenset[str]) -> Any:
    if bare(key) in FREE_KEYS:
        return {} if sent == live else live
    if is_mapping(sent) and is_mapping(live):
        return remainder(sent, live, ignored)
    return {} if _same(sent, live) else live


def _same(sent: Any, live: Any) -> bool:
    if is_mapping(sent) and is_mapping(live):
        given = {bare(key): value for key, value in sent.items()}
        wanted = {bare(key): value for key, value in live.items()}
        return given.keys() == wanted.keys() and all(_same(given[key], wanted[key]) for key in given)
    if is_list(sent) and is_list(live):
        return len(sent) == len(live) and all(map(_same, sent, live))
    return sent == live


def _below(ignored: frozenset[str], key: str) -> frozenset[str]:
    return frozenset(path.removeprefix(f"{key}.") for path in ignored if path.startswith(f"{key}."))


def _camel(key: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), key)
