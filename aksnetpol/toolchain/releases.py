"""Official downloads of Kubernetes and etcd, verified by their published checksums."""

import hashlib
import platform
import shutil
import sys
import tarfile
import urllib.request
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from aksnetpol.toolchain import cache
from aksnetpol.toolchain.errors import ReleaseError
from aksnetpol.toolchain.progress import Phase, Report, Step
from aksnetpol.toolchain.reach import unreachable
from aksnetpol.toolchain.tools import KUBERNETES, Tool

_KUBERNETES = "https://dl.k8s.io/release"
_ETCD = "https://github.com/etcd-io/etcd/releases/download"
_SYSTEMS = {"linux": "linux", "darwin": "darwin", "win32": "windows"}
_PROCESSORS = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_CONTROL_PLANE = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
_READ_SECONDS = 30.0
_SECONDS = 60  # estimated, for all of them
_PIECE = 1 << 20


@dataclass(frozen=True)
class Release:
    """Where a tool is published.

    Args:
        url: of the executable, or of an archive.
        sums: URL of the file with its checksum.
        member: of the archive; None where there is none.
    """

    url: str
    sums: str
    member: str | None = None


def release_of(tool: Tool, system: str, processor: str) -> Release | None:
    """A tool's release for a system and a processor, as they are named there; None where there is none."""
    if tool.name == "etcd" and system == "linux":
        name = f"etcd-{tool.module.version}-{system}-{processor}"
        base = f"{_ETCD}/{tool.module.version}"
        return Release(f"{base}/{name}.tar.gz", f"{base}/SHA256SUMS", f"{name}/etcd")
    if tool.name == "kubectl" or (tool.name in _CONTROL_PLANE and system == "linux"):
        suffix = ".exe" if system == "windows" else ""
        url = f"{_KUBERNETES}/{KUBERNETES.version}/bin/{system}/{processor}/{tool.name}{suffix}"
        return Release(url, f"{url}.sha256")
    return None


def install(tools: Iterable[Tool], report: Report) -> None:
    """Put into the cache what can be downloaded; tell why of what cannot, so that it is built.

    To be used under the lock of builds only.
    """
    system, processor = _SYSTEMS.get(sys.platform), _PROCESSORS.get(platform.machine().lower())
    if system is None or processor is None:
        return
    found = {tool: one for tool in tools if (one := release_of(tool, system, processor))}
    usable = _reachable(found, report)
    if not usable:
        return
    report(Step(Phase.DOWNLOADING, ", ".join(tool.label for tool in usable), _SECONDS))
    with cache.scratch("downloads") as folder, ThreadPoolExecutor(len(usable)) as pool:
        got = {tool: pool.submit(_download, one, folder / tool.name) for tool, one in usable.items()}
        for tool, download in got.items():
            try:
                cache.put(tool, download.result())
            except (OSError, ReleaseError, HTTPException, tarfile.TarError) as error:
                report(Step(Phase.REFUSED, f"{tool.label}: {error}"))


def _reachable(found: Mapping[Tool, Release], report: Report) -> dict[Tool, Release]:
    """Those whose hosts answer; each host is asked once."""
    asked = {urlsplit(one.sums).netloc: one.sums for one in found.values()}
    reasons = unreachable(asked.values())
    usable = dict(found)
    for host, address in asked.items():
        if address in reasons:
            away = [tool for tool, one in found.items() if urlsplit(one.sums).netloc == host]
            names = ", ".join(tool.name for tool in away)
            report(Step(Phase.REFUSED, f"{names}: {host}: {reasons[address]}"))
            usable = {tool: one for tool, one in usable.items() if tool not in away}
    return usable


def _download(release: Release, target: Path) -> Path:
    with urllib.request.urlopen(release.sums, timeout=_READ_SECONDS) as answer:
        wanted = _published(answer.read().decode(errors="replace"), PurePosixPath(release.url).name)
    whole = target.with_name(f"{target.name}.download")
    digest = hashlib.sha256()
    with urllib.request.urlopen(release.url, timeout=_READ_SECONDS) as answer, whole.open("wb") as file:
        while piece := answer.read(_PIECE):
            digest.update(piece)
            file.write(piece)
    if digest.hexdigest() != wanted:
        raise ReleaseError(f"{release.url} is not what its published checksum says")
    return _extracted(whole, release.member, target) if release.member else whole.replace(target)


def _published(text: str, name: str) -> str:
    """A file's checksum: all that there is, or the first word of its line."""
    for words in map(str.split, text.splitlines()):
        if words and (len(words) == 1 or words[-1].lstrip("*") == name):
            return words[0].lower()
    raise ReleaseError(f"no checksum of {name} is published")


def _extracted(archive: Path, member: str, target: Path) -> Path:
    with tarfile.open(archive) as files:
        try:
            content = files.extractfile(member)
        except KeyError:
            content = None
        if content is None:
            raise ReleaseError(f"no {member} in the archive")
        with content, target.open("wb") as file:
            shutil.copyfileobj(content, file)
    archive.unlink()
    return target
