"""Lists and watch events in any order end in the newest state."""

from __future__ import annotations

import threading
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aksnetpol.local.node.store import Store

Json = dict[str, Any]


def item(uid: str, version: int) -> Json:
    return {"metadata": {"uid": uid, "resourceVersion": str(version)}}


def versions(store: Store) -> dict[str, int]:
    return {one["metadata"]["uid"]: int(one["metadata"]["resourceVersion"]) for one in store.all()}


def test_old_news_after_a_list_is_ignored() -> None:
    store = Store(threading.Event())
    store.replace([item("a", 5)], "9")
    store.take("MODIFIED", item("a", 4))
    store.take("ADDED", item("gone", 7))
    assert versions(store) == {"a": 5}


def test_an_event_newer_than_a_later_list_stays() -> None:
    store = Store(threading.Event())
    store.take("ADDED", item("new", 12))
    store.replace([item("a", 5)], "9")
    assert versions(store) == {"a": 5, "new": 12}


def test_only_changes_wake() -> None:
    changed = threading.Event()
    store = Store(changed)
    store.replace([item("a", 5)], "9")
    assert changed.is_set()
    changed.clear()
    store.replace([item("a", 5)], "10")
    store.take("MODIFIED", item("a", 5))
    assert not changed.is_set()
    store.take("DELETED", item("a", 11))
    assert changed.is_set()
    assert versions(store) == {}


HISTORY = st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=1, max_size=12)


@given(HISTORY, st.data())
def test_any_list_in_between_changes_nothing(history: list[tuple[str, bool]], data: st.DataObject) -> None:
    """Events come in order; lists of any moment come at any time, none of the future."""
    events: list[tuple[str, Json]] = []
    made: dict[str, int] = {}  # the API never gives a uid twice
    states: list[dict[str, int]] = [{}]
    for version, (name, deleted) in enumerate(history, 1):
        state = dict(states[-1])
        uid = f"{name}{made.setdefault(name, 0)}"
        kind = "DELETED" if deleted and uid in state else "MODIFIED"
        if kind == "DELETED":
            del state[uid]
            made[name] += 1
        else:
            state[uid] = version
        states.append(state)
        events.append((kind, item(uid, version)))
    store, listed = Store(threading.Event()), 0
    for number in range(len(events) + 1):
        if data.draw(st.booleans()):
            moment = data.draw(st.integers(listed, len(events)))
            store.replace([item(uid, version) for uid, version in states[moment].items()], str(moment))
            listed = moment
        if number < len(events):
            store.take(*events[number])
    assert versions(store) == states[-1]
