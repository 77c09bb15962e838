"""The emulator's state: ARM resources as JSON documents in SQLite."""

import json
import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# ARM bodies are open documents: properties that no rule knows must come back as they were sent.
Json = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS resources (
    key TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    private TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS resources_by_type ON resources (type, key);
CREATE TABLE IF NOT EXISTS operations (
    id TEXT PRIMARY KEY,
    root TEXT NOT NULL,
    status TEXT NOT NULL,
    due TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS operations_by_status ON operations (status, due);
"""


def key_of(resource_id: str) -> str:
    """Return the form in which ids are compared: ARM ids have no case."""
    return resource_id.strip("/").lower()


@dataclass(frozen=True)
class Resource:
    """One ARM resource.

    Args:
        id: its id in the case in which it was created.
        type: ARM type, for example Microsoft.Network/virtualNetworks.
        body: what GET returns besides id, name and type.
        private: what the service must remember but never returns.
    """

    id: str
    type: str
    body: Json
    private: Json = field(default_factory=dict[str, Any])

    @property
    def key(self) -> str:
        """The id without case."""
        return key_of(self.id)

    @property
    def name(self) -> str:
        """The last segment of the id."""
        return self.id.rsplit("/", 1)[-1]

    @property
    def properties(self) -> Json:
        """The `properties` of the body; empty where there are none."""
        return self.body.get("properties", {})

    def document(self) -> Json:
        """Return the resource as GET shows it."""
        return {"id": self.id, "name": self.name, "type": self.type, **self.body}


class Store:
    """Resources and operations in one SQLite file, safe against a kill at any moment.

    Args:
        path: the database file; created with mode 0600 where missing.
    """

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self.connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=NORMAL")
        self.connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file; later calls raise sqlite3.ProgrammingError."""
        with self._lock:
            self.connection.close()

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Make what happens inside visible at once or, on any exception, not at all."""
        with self._lock:
            outermost = self._depth == 0
            if outermost:
                self.connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if outermost:
                    self.connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if outermost:
                self.connection.execute("COMMIT")

    def get(self, resource_id: str) -> Resource | None:
        """Return the resource with this id, in any case, or None."""
        rows = self._select("WHERE key = ?", key_of(resource_id))
        return rows[0] if rows else None

    def put(self, resource: Resource) -> Resource:
        """Write a resource; an existing one keeps the case of its id."""
        with self.transaction():
            self.connection.execute(
                "INSERT INTO resources VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (key) DO UPDATE SET body = excluded.body, private = excluded.private",
                (
                    resource.key,
                    resource.id,
                    resource.type.lower(),
                    json.dumps({"type": resource.type, "body": resource.body}),
                    json.dumps(resource.private),
                ),
            )
        return resource

    def delete(self, resource_id: str) -> None:
        """Remove a resource and everything below it; no error when there is nothing."""
        key = key_of(resource_id)
        with self.transaction():
            self.connection.execute(
                "DELETE FROM resources WHERE key = ? OR (key >= ? AND key < ?)", (key, f"{key}/", f"{key}0")
            )

    def below(self, scope: str, type_name: str | None = None) -> list[Resource]:
        """Return what lies below a scope, of one type or of all, in order of id."""
        key = key_of(scope)
        if type_name is None:
            return self._select("WHERE key >= ? AND key < ? ORDER BY key", f"{key}/", f"{key}0")
        return self._select(
            "WHERE type = ? AND key >= ? AND key < ? ORDER BY key", type_name.lower(), f"{key}/", f"{key}0"
        )

    def ids_below(self, scope: str, type_name: str) -> list[str]:
        """Return the ids of what lies below a scope, of one type, in their order; cheaper than `below`."""
        key = key_of(scope)
        rows = self.rows(
            "SELECT id FROM resources WHERE type = ? AND key >= ? AND key < ? ORDER BY key",
            *(type_name.lower(), f"{key}/", f"{key}0"),
        )
        return [row[0] for row in rows]

    def of_type(self, type_name: str) -> list[Resource]:
        """Return all resources of a type, in order of id."""
        return self._select("WHERE type = ? ORDER BY key", type_name.lower())

    def rows(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query; waits while another thread is in a transaction."""
        with self._lock:
            return self.connection.execute(sql, values).fetchall()

    def _select(self, where: str, *values: str) -> list[Resource]:
        # The clauses are the literals above; values are always bound.
        found = self.rows(f"SELECT id, body, private FROM resources {where}", *values)
        return [_resource(*row) for row in found]


def _resource(resource_id: str, body: str, private: str) -> Resource:
    document = json.loads(body)
    return Resource(resource_id, document["type"], document["body"], json.loads(private))
