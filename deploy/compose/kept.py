"""The folder of secrets that were generated once, and files that are written whole."""

import base64
import os
import secrets
from pathlib import Path

FOR_OWNER, FOR_CONTAINER = 0o600, 0o444


class Kept:
    """The folder of generated secrets."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, exist_ok=True)

    def secret(self, name: str) -> str:
        """Give the secret of that name, generated when it is first asked for."""
        path = self._folder / name
        if not path.exists():
            made = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
            write(path, made, FOR_OWNER)
        return path.read_text()

    def ring(self) -> str:
        """Give the sealing keys: the first, or those that `doukikai keys rotate` has put there."""
        first = f"first:{self.secret('sealing-key')}"
        kept, changed = (self._folder / "sealing-keys"), (self._folder.parent / "ring")
        text = _text(changed / "sealing-keys") or _text(kept) or first
        if text not in (first, _text(kept)):
            self._remember(_text(kept) or first)
            write(kept, text, FOR_OWNER)
        return text

    def _remember(self, ring: str) -> None:
        """Keep keys that leave the ring: what an older backup brings back is sealed with them."""
        earlier = self._folder / "earlier-sealing-keys"
        keys = dict.fromkeys([*_text(earlier).split(), *ring.split(",")])
        write(earlier, "\n".join(keys), FOR_OWNER)


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def write(path: Path, text: str, mode: int) -> None:
    """Write a file whole or not at all; one that says the same already keeps its time."""
    if _text(path) == text and path.stat().st_mode & 0o777 == mode:
        return
    aside = path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(descriptor, mode)  # whatever the umask
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)
