"""The namespaces that a cluster's pods live in: one sandbox per cluster, one space per pod inside it.

The sandbox is a network, a mount and a process namespace whose first process reads from a pipe of ours.
Everything else is inside: when that process ends, and it ends with us however we end, the kernel ends
every process of every pod, and takes links, addresses and nftables rules down with them. Nothing of it
is ever visible in the host's network, so there is nothing to clean.
"""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aksnetpol import subprocesses
from aksnetpol.local.node.errors import CommandError, NodeError
from aksnetpol.local.processes import started
from aksnetpol.waiting import Wait, WaitingError, watched

GATEWAY = "169.254.1.1"  # of every pod: the sandbox itself, which routes between them
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_READY_WITHIN = 30.0  # seconds; a tenth on an idle machine
_RUN_WITHIN = 60.0
_OWN_USER = ("--user", "--preserve-credentials")  # into a user namespace where we are root already
# What agnhost needs as root, no more: ports below 1024.
_CAPABILITIES = ("net_bind_service",)
# What a container runtime hides of /proc, and what it lets nobody write (OCI runtime specification,
# maskedPaths and readonlyPaths; containerd, oci/spec.go).
_MASKED = "acpi asound interrupts kcore keys latency_stats sched_debug scsi timer_list timer_stats"
_READ_ONLY = "bus fs irq sys sysrq-trigger"
# The file system that all pods see: the host's programs, read-only, beside agnhost; nothing else of it.
_SANDBOX = """
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir /run/root
mount -t tmpfs tmpfs /run/root
cd /run/root
mkdir -p proc dev etc tmp sys old var root
for folder in bin sbin lib lib64 usr; do
  if [ -L /$folder ]; then cp -P /$folder $folder
  elif [ -d /$folder ]; then
    mkdir $folder; mount --rbind /$folder $folder; mount -o remount,bind,ro $folder || true
  fi
done
touch agnhost; mount --bind "$AGNHOST" agnhost; mount -o remount,bind,ro agnhost || true
for device in null zero full random urandom tty; do
  touch dev/$device; mount --bind /dev/$device dev/$device
done
ln -s /proc/self/fd dev/fd
echo 'root:x:0:0:root:/root:/bin/sh' > etc/passwd
echo 'root:x:0:' > etc/group
echo '127.0.0.1 localhost' > etc/hosts
ip link set lo up
ip address add $GATEWAY/32 dev lo
echo 1 > /proc/sys/net/ipv4/ip_forward
for set in all default; do
  echo 1 > /proc/sys/net/ipv4/conf/$set/rp_filter
  echo 0 > /proc/sys/net/ipv4/conf/$set/send_redirects
  [ ! -e /proc/sys/net/ipv6/conf/$set ] || echo 1 > /proc/sys/net/ipv6/conf/$set/disable_ipv6
done
echo ready
exec > /dev/null 2>&1
trap '' CHLD
exec cat
"""
_SPACE = f"""
set -e
hostname "$NAME"
[ ! -e /proc/sys/net/ipv6/conf/default ] || echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
cd /run/root
mount -t proc -o nosuid,nodev,noexec proc proc
for path in {_MASKED}; do
  if [ -d proc/$path ]; then mount -t tmpfs -o ro,size=0 tmpfs proc/$path
  elif [ -e proc/$path ]; then mount --bind /dev/null proc/$path
  fi
done
for path in {_READ_ONLY}; do
  if [ -e proc/$path ]; then
    mount --bind proc/$path proc/$path
    mount -o remount,bind,ro,nosuid,nodev,noexec proc/$path
  fi
done
mount -t tmpfs -o nosuid,nodev tmpfs tmp
pivot_root . old
cd /
umount -l old
echo ready
exec < /dev/null > /dev/null 2>&1
trap '' CHLD
exec sleep infinity
"""


def _tool(name: str) -> str:
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{PATH}")
    if path is None:
        raise NodeError(f"{name} is not on PATH any more. Install it, then: aksnetpol local start")
    return path


@dataclass
class Space:
    """The namespaces of one pod: they live until `close`.

    Args:
        entry: the command that enters them.
        process: ours; the namespaces' first process is its grandchild.
        pid: of that first process.
    """

    entry: Sequence[str]
    process: subprocess.Popen[str]
    pid: int

    def command(self, arguments: Sequence[str], *, terminal: bool = False) -> list[str]:
        """Return the command that runs another inside, as a container's process.

        Args:
            arguments: what to run inside.
            terminal: its standard input is a terminal that it shall control.
        """
        allowed = ",".join(f"+{name}" for name in _CAPABILITIES)
        limits = ["setpriv", "--no-new-privs", f"--bounding-set=-all,{allowed}", "--inh-caps=-all"]
        session = ["setsid", "--ctty"] if terminal else []
        return [*self.entry, *session, *limits, "--", *arguments]

    def network_command(self, arguments: Sequence[str]) -> list[str]:
        """Return the command that runs a program of the host in the pod's network; it ends with the pod."""
        users = [flag for flag in self.entry if flag in _OWN_USER]
        return [self.entry[0], "--target", str(self.pid), *users, "--net", "--pid", "--", *arguments]

    @property
    def alive(self) -> bool:
        """Whether the namespaces are there."""
        return self.process.poll() is None

    def close(self) -> None:
        """End every process inside."""
        # The first process of a process namespace takes all others with it.
        _kill(self.pid)
        self.process.wait()


@dataclass
class Sandbox:
    """Everything that a cluster's pods are made in.

    Args:
        agnhost: the binary that is /agnhost in every pod.
        folder: where its pid file is.
        user_namespace: make a user namespace first, since we are not root.
    """

    agnhost: Path
    folder: Path
    user_namespace: bool = False
    _process: subprocess.Popen[str] | None = None
    _pid: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def alive(self) -> bool:
        """Whether it is there."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Make the namespaces.

        Raises:
            NodeError: the kernel refused.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        users = ["--user", "--map-root-user"] if self.user_namespace else []
        flags = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        command = [_tool("unshare"), *users, *flags, "sh", "-c", _SANDBOX]
        environment = {"AGNHOST": str(self.agnhost), "GATEWAY": GATEWAY}
        self._process = _launch(command, environment, stdin=subprocess.PIPE)
        self._pid = _child(self._process.pid)
        (self.folder / "sandbox.pid").write_text(f"{self._process.pid} {started(self._process.pid)}")

    def stop(self) -> None:
        """End every process of every pod, and all namespaces with them."""
        if self._process is None:
            return
        _kill(self._pid)
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        (self.folder / "sandbox.pid").unlink(missing_ok=True)
        self._process = None

    def open(self, name: str) -> Space:
        """Make the namespaces of a pod, without a link.

        Args:
            name: its hostname.

        Raises:
            NodeError: the kernel refused.
        """
        flags = ["--net", "--mount", "--uts", "--pid", "--fork", "--kill-child"]
        inside = [_tool("unshare"), *flags, "sh", "-c", _SPACE]
        process = _launch([*self._enter("--mount", "--pid", "--net"), *inside], {"NAME": name[:63]})
        pid = _child(_child(process.pid))
        users = _OWN_USER if self.user_namespace else ()
        entry = [_tool("nsenter"), "--target", str(pid), *users, "--net", "--mount", "--uts", "--pid", "--"]
        return Space(entry, process, pid)

    def run(self, *arguments: str, given: str = "", space: Space | None = None) -> str:
        """Run a program of the host in the sandbox's network, or in a pod's.

        Args:
            given: its standard input.

        Returns:
            Its standard output.

        Raises:
            CommandError: it failed.
        """
        command = [_tool(arguments[0]), *arguments[1:]]
        entered = space.network_command(command) if space else [*self._enter("--net"), *command]
        name = " ".join(arguments[:2])
        try:
            done = subprocess.run(
                entered, input=given, capture_output=True, text=True, check=False, timeout=_RUN_WITHIN
            )
        except subprocess.TimeoutExpired:
            raise CommandError(name, f"no answer after {_RUN_WITHIN:.0f} s") from None
        if done.returncode:
            raise CommandError(name, done.stderr)
        return done.stdout

    def _enter(self, *namespaces: str) -> list[str]:
        users = _OWN_USER if self.user_namespace else ()
        return [_tool("nsenter"), "--target", str(self._pid), *users, *namespaces, "--"]


def _launch(
    command: Sequence[str], environment: Mapping[str, str], stdin: int = subprocess.DEVNULL
) -> subprocess.Popen[str]:
    """Start a first process and wait until it is set up."""
    process = subprocess.Popen(
        command,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": PATH, **environment},
        start_new_session=True,
    )
    out, err = process.stdout, process.stderr
    if out is None or err is None:
        raise AssertionError("asked for pipes")
    wait = Wait("a pod's namespaces", _READY_WITHIN)
    try:
        with out, err, watched(wait, lambda: subprocesses.kill(process.pid)):
            if out.readline().strip() != "ready":
                process.kill()
                raise CommandError("unshare", err.read())
    except WaitingError as error:
        raise NodeError(str(error)) from None
    return process


def _child(pid: int) -> int:
    """Return the only child of a process."""
    ends = time.monotonic() + _READY_WITHIN
    while time.monotonic() < ends:
        try:
            found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError as error:
            raise NodeError(f"process {pid} is gone, or this kernel lists no children: {error}") from error
        if found:
            return int(found[0])
        time.sleep(0.002)
    raise NodeError(f"process {pid} has no child")


def child_of(pid: int) -> int | None:
    """Return the process inside the namespaces that a started command stands for; None when it ended."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return None
    return int(found[0]) if found else None


def end(process: subprocess.Popen[bytes]) -> None:
    """End a command that runs inside namespaces, the process there first."""
    if process.poll() is None:
        end_inside(process.pid)
    process.kill()
    process.wait()


def end_inside(pid: int) -> None:
    """End what a started command stands for inside namespaces, if it runs still.

    Args:
        pid: of the command, whose end follows.
    """
    inside = child_of(pid)
    _kill(inside if inside is not None else pid)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        return
