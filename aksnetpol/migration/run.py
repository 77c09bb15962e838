"""Moves a live cluster's networking to what is wanted, one operation at a time, in place.

Before each step the cluster is read and the way planned anew: a run that was cut off, or that found the
cluster changed by hand, goes on from what is there.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from aksnetpol.azure import ArmError, CloudError, OperationError
from aksnetpol.azure.aks import API_VERSION
from aksnetpol.documents import entries
from aksnetpol.engines.moves import (
    LiveCluster,
    Networking,
    Refusal,
    Step,
    WantedNetworking,
    live_cluster,
    plan,
)
from aksnetpol.migration.document import PATIENCE, cluster_body, write
from aksnetpol.migration.errors import MigrationError
from aksnetpol.migration.wording import refused, unacknowledged

if TYPE_CHECKING:
    from aksnetpol.azure import ArmClient

_ENDED = frozenset({"Succeeded", "Failed", "Canceled"})
_POLL = 10.0  # seconds between looks at a cluster that somebody's operation keeps busy
# Each is one operation of minutes to hours; more means that something undoes them.
_MOST_OPERATIONS = 8
# Times that a step is begun, and looks at a cluster, that may fail in a row before the user is asked.
_TRIES = 3
_LOOKS = 30
_AGAIN = "Run the same command again: it goes on from there."

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Wish:
    """What the user asks for and agrees to.

    Args:
        networking: where to go.
        acknowledged: whether all nodes of all pools may be reimaged.
        accept_retired: whether a retired engine may be installed.
    """

    networking: WantedNetworking
    acknowledged: bool = False
    accept_retired: bool = False


@dataclass(frozen=True)
class Migration:
    """One run.

    Args:
        client: Azure Resource Manager.
        cluster_id: ARM id of the managed cluster.
        today: the day to measure retirements from.
        sleep: waits that many seconds.
        begins: told of each step before it begins, with its number and how many are planned.
        look: makes of the cluster's document what the planner sees; one may add what other services know.
    """

    client: "ArmClient"
    cluster_id: str
    today: date
    sleep: Callable[[float], None] = time.sleep
    begins: Callable[[Step, int, int], None] = lambda _step, _number, _of: None
    look: Callable[[Json], LiveCluster] = live_cluster

    def run(self, wish: Wish) -> int:
        """Go all the way; returns how many operations it took, none where the cluster is as wanted.

        Raises:
            MigrationError: there is no way, it is not acknowledged, or a step failed.
            ArmError: Azure refused to answer or to begin.
        """
        document = self._settled(self.client.get(self.cluster_id, API_VERSION).body)
        for done in range(_MOST_OPERATIONS):
            live = replaced(self.look(document), wish.accept_retired)
            found = plan(live, wish.networking, self.today)
            if isinstance(found, Refusal):
                raise MigrationError(refused(found))
            if not found.steps and live.provisioning_state == "Succeeded":
                return done
            if not wish.acknowledged:
                raise MigrationError(f"{unacknowledged(found.cluster)} Nothing was changed.")
            if found.steps:
                step = found.steps[0]
                self.begins(step, done + 1, done + len(found.steps))
                document = self._taken(document, step.fields, step.title)
            else:
                # The profile says the goal, but the operation that set it failed: some nodes are as before.
                document = self._taken(document, {}, "Finish the operation that failed")
        raise MigrationError(
            f"After {_MOST_OPERATIONS} operations {self._name} is still not at {wish.networking}: "
            f"something else changes it at the same time. Stop that. {_AGAIN}"
        )

    def _settled(self, document: Json | None = None) -> Json:
        """Wait until no operation keeps the cluster or one of its pools busy."""
        ends = time.monotonic() + PATIENCE
        document = document or self._read()
        while not all(state in _ENDED for state in _states(document)):
            if time.monotonic() > ends:
                raise MigrationError(
                    f"{self._name} is still busy with another operation after {PATIENCE / 3600:.0f} hours. "
                    f"See `az aks show`, or stop it with `az aks operation-abort`. {_AGAIN}"
                )
            self.sleep(_POLL)
            document = self._read()
        return document

    def _read(self) -> Json:
        """Read the cluster; in hours of waiting a connection may be lost now and then."""
        for left in reversed(range(_LOOKS)):
            try:
                return self.client.get(self.cluster_id, API_VERSION).body
            except CloudError as error:
                if not left:
                    raise MigrationError(
                        f"{error} What Azure has begun with {self._name} goes on without this. {_AGAIN}"
                    ) from error
                self.sleep(_POLL)
        raise AssertionError  # the last look raises or returns

    def _taken(self, document: Json, fields: Mapping[str, str], title: str) -> Json:
        before = _position(document)
        for left in reversed(range(_TRIES)):
            try:
                write(self.client, self.cluster_id, document, cluster_body(document, fields))
                return self._settled()
            except (ArmError, CloudError) as error:
                if not _in_doubt(error):
                    raise MigrationError(self._failed(title, error)) from error
                trouble = error
            self.sleep(_POLL)
            document = self._settled()
            if _position(document) != before:
                return document
            if not left or _was_repeated(trouble):
                raise MigrationError(self._failed(title, trouble)) from trouble
        raise AssertionError  # the last try raises or returns

    def _failed(self, title: str, error: ArmError | CloudError) -> str:
        live = live_cluster(self._settled())
        if isinstance(error, ArmError):
            said = f"{error.message.rstrip('.')}. ({error.code})"
            again = f"Remove what Azure names. {_AGAIN}"
        else:
            said, again = str(error), _AGAIN
        return (
            f"{title}: {said} {self._name} is now at {live.networking}, "
            f"provisioningState {live.provisioning_state}; nothing was rolled back. {again}"
        )

    @property
    def _name(self) -> str:
        return self.cluster_id.rpartition("/")[2]


def replaced(live: LiveCluster, accept_retired: bool) -> LiveCluster:
    """Return a live cluster for which retired engines count as the user says."""
    return replace(live, cluster=replace(live.cluster, accept_retired=accept_retired))


def _in_doubt(error: ArmError | CloudError) -> bool:
    """Whether another change was quicker, or our own may have begun although its answer was lost."""
    if isinstance(error, CloudError):
        return True
    return not isinstance(error, OperationError) and (error.status in (409, 412) or _was_repeated(error))


def _was_repeated(error: ArmError | CloudError) -> bool:
    """Whether the client has tried again, for minutes, what Azure could not answer."""
    return isinstance(error, ArmError) and (error.status in (408, 429) or error.status >= 500)


def _position(document: Json) -> tuple[Networking, str]:
    live = live_cluster(document)
    return live.networking, live.provisioning_state


def _states(document: Json) -> Iterator[str]:
    properties = document.get("properties", {})
    yield properties.get("provisioningState", "Succeeded")
    for pool in entries(properties.get("agentPoolProfiles")):
        yield pool.get("provisioningState", "Succeeded")
