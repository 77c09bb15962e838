"""Files that are written whole or not at all."""

import errno
import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path


def write(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Give a file new content; where that fails, on a full disk say, it has the old one.

    Its permissions and owner stay, a link stays a link; a pipe or a terminal is written to.

    Args:
        mode: of a new file, less the umask.

    Raises:
        OSError: it cannot be written.
    """
    target = path.resolve()
    before = target.stat() if target.exists() else None
    if before and not target.is_file():
        target.write_bytes(content)
        return
    if before and not os.access(target, os.W_OK):  # else a read-only file would be replaced
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    draft = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        if before:
            draft.chmod(before.st_mode)
            if sys.platform != "win32":
                with suppress(OSError):  # only root may give files away
                    os.chown(draft, before.st_uid, before.st_gid)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
