"""Progress on the screen: one line per step, with the seconds it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(name: str) -> Iterator[None]:
    """Show a step while it runs, then tick it off."""
    started_at = time.monotonic()
    if sys.stdout.isatty():
        print(f"  … {name}", end="\r", flush=True)
    try:
        yield
    except BaseException:
        print(f"  ✗ {name}\x1b[K" if sys.stdout.isatty() else f"  ✗ {name}", flush=True)
        raise
    seconds = f"{time.monotonic() - started_at:4.1f} s"
    print(f"  ✓ {name:<44} {seconds}", flush=True)
