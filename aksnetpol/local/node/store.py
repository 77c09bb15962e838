"""What the node agent knows of the cluster's objects of one kind: the newest version of each."""

import threading
from collections.abc import Iterable

from aksnetpol.local.kubernetes.api import Json


class Store:
    """Objects of one kind by uid, fed by lists and watch events in any order.

    Args:
        changed: set whenever what it holds changes.
    """

    def __init__(self, changed: threading.Event) -> None:
        self._changed = changed
        self._lock = threading.Lock()
        self._objects: dict[str, Json] = {}
        self._listed = 0  # resource version of the newest list: events up to it are old news
        self._deleted: dict[str, int] = {}  # since then: a list that was under way may still have them

    def all(self) -> list[Json]:
        """Return the objects; they are shared, not to be changed."""
        with self._lock:
            return list(self._objects.values())

    def replace(self, items: Iterable[Json], version: str) -> None:
        """Take a complete list.

        Args:
            items: every object that there is.
            version: the list's own resource version.
        """
        listed = int(version)
        with self._lock:
            if listed < self._listed:
                return
            found = {_uid(item): item for item in items if _uid(item) not in self._deleted}
            self._deleted = {uid: at for uid, at in self._deleted.items() if at > listed}
            for uid, known in self._objects.items():
                # A watch event may have brought something newer than the list.
                if _version(known) > listed or (uid in found and _version(known) > _version(found[uid])):
                    found[uid] = known
            same = found.keys() == self._objects.keys() and all(
                _version(found[uid]) == _version(known) for uid, known in self._objects.items()
            )
            self._objects, self._listed = found, listed
        if not same:
            self._changed.set()

    def take(self, event: str, item: Json) -> None:
        """Take one watch event.

        Args:
            event: ADDED, MODIFIED or DELETED.
            item: the object as of the event.
        """
        uid, version = _uid(item), _version(item)
        with self._lock:
            known = self._objects.get(uid)
            if version <= self._listed or (known is not None and version < _version(known)):
                return
            if event == "DELETED":
                self._objects.pop(uid, None)
                self._deleted[uid] = version
            else:
                self._objects[uid] = item
        self._changed.set()


def _uid(item: Json) -> str:
    return str(item["metadata"]["uid"])


def _version(item: Json) -> int:
    # Comparable since Kubernetes 1.35 (KEP-5504); etcd's revisions always were.
    return int(item["metadata"]["resourceVersion"])
