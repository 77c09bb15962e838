"""A live cluster's objects as an update of a stack leaves them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from aksnetpol.documents import mapping
from aksnetpol.policy import Pod, load_objects

Json = Mapping[str, Any]
_Key = tuple[str, str, str, str]  # group, kind, namespace, name


def updated(found: Iterable[Json], old: Iterable[Json], new: Iterable[Json]) -> Iterator[Json]:
    """Yield a live cluster's objects as an update leaves them.

    Pods of a workload that goes, or whose template makes other pods, go with what owns them: the pod of the
    new template stands in. All that is in a namespace goes with it.

    Args:
        found: all that are there.
        old, new: what the state holds, and what the program declares.
    """
    there, before, after = ({_key(one): one for one in side} for side in (found, old, new))
    deleted = before.keys() - after.keys()
    spaces = {name for group, kind, _, name in deleted if (group, kind) == ("", "Namespace")}
    remade = {key for key, one in after.items() if _pods(one) != _pods(before.get(key))}
    for key, one in there.items():
        if key in after:
            yield one if after[key] == before.get(key) else _applied(one, before.get(key, {}), after[key])
        elif (
            key not in deleted
            and one["metadata"].get("namespace") not in spaces
            and not _controlled(one, deleted | remade, there)
        ):
            yield one
    yield from (one for key, one in after.items() if key not in there)


def _key(one: Json) -> _Key:
    metadata: Json = one["metadata"]
    return _group(one), one["kind"], metadata.get("namespace") or "default", str(metadata.get("name"))


def _group(one: Json) -> str:
    return str(one["apiVersion"]).rpartition("/")[0]


def _pods(one: Json | None) -> Sequence[Pod]:
    """Return what a workload makes, as far as policies see it; a new image alone changes nothing of that."""
    return load_objects([dict(one)]).cluster.pods if one else ()


def _controlled(one: Json, by: Collection[_Key], there: Mapping[_Key, Json]) -> bool:
    """Tell whether an object is controlled by one of others, itself or through what controls it."""
    seen: set[_Key] = set()
    found: Json | None = one
    while found is not None:
        owner = _controller(found)
        if owner is None or owner in seen:
            return False
        if owner in by:
            return True
        seen.add(owner)
        found = there.get(owner)
    return False


def _controller(one: Json) -> _Key | None:
    namespace = one["metadata"].get("namespace") or "default"
    owners: Iterable[Json] = one["metadata"].get("ownerReferences") or ()
    found = next((owner for owner in owners if owner.get("controller")), None)
    return (_group(found), found["kind"], namespace, found["name"]) if found else None


def _applied(there: Json, old: Json, new: Json) -> Json:
    """Return an object with what is declared; as in server-side apply, labels of others stay."""
    owned = mapping(mapping(old.get("metadata")).get("labels"))
    labels = {
        key: value for key, value in mapping(there["metadata"].get("labels")).items() if key not in owned
    }
    declared_labels: Json = new["metadata"].get("labels") or {}
    metadata = {**there["metadata"], **new["metadata"], "labels": {**labels, **declared_labels}}
    return {**there, **new, "metadata": metadata}
