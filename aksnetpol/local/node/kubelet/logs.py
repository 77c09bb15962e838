"""What a container wrote: its log file, from some place on, to its end or as it grows."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from aksnetpol.local.node.containers import Container

_CHUNK = 1 << 16
_PAUSE = 0.1


class LogQuestion(BaseModel):
    """The query of a containerLogs request (Kubernetes API reference, PodLogOptions)."""

    model_config = ConfigDict(extra="ignore")

    follow: bool = False
    previous: bool = False
    timestamps: bool = False
    tail_lines: int | None = Field(None, alias="tailLines", ge=0)
    limit_bytes: int | None = Field(None, alias="limitBytes", ge=1)
    since_seconds: int | None = Field(None, alias="sinceSeconds")
    since_time: str | None = Field(None, alias="sinceTime")


def read_log(container: Container, question: LogQuestion) -> Response:
    """Return a container's log as asked."""
    if question.timestamps or question.since_seconds or question.since_time:
        return PlainTextResponse("local mode keeps no times of log lines\n", 400)
    if question.previous and container.restarts == 0:
        return PlainTextResponse(f"container {container.name} was not started before\n", 400)
    file = container.log(previous=question.previous)
    if not file.exists():
        return PlainTextResponse("")
    return StreamingResponse(_bytes(container, file, question), media_type="text/plain")


async def _bytes(container: Container, file: Path, question: LogQuestion) -> AsyncIterator[bytes]:
    left = question.limit_bytes
    with file.open("rb") as log:
        if question.tail_lines is not None:
            log.seek(tail_start(file.read_bytes(), question.tail_lines))
        while True:
            # Asked first: what a process writes until its end is read in any case.
            grows = question.follow and container.running and container.log() == file
            while chunk := log.read(_CHUNK if left is None else min(left, _CHUNK)):
                left = None if left is None else left - len(chunk)
                yield chunk
            if not grows:
                return
            await asyncio.sleep(_PAUSE)


def tail_start(content: bytes, lines: int) -> int:
    """Return where the last lines of a text begin."""
    if lines == 0:
        return len(content)
    end = len(content) - content.endswith(b"\n")
    for _ in range(lines):
        end = content.rfind(b"\n", 0, end)
        if end < 0:
            return 0
    return end + 1
