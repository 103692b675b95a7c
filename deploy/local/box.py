"""A frame around the addresses, straight also where Japanese is two columns wide."""

import unicodedata
from collections.abc import Sequence


def boxed(lines: Sequence[str]) -> str:
    """Draw a box around lines of text."""
    width = max(map(_columns, lines))
    body = [f"  │ {line}{' ' * (width - _columns(line))} │" for line in lines]
    rule = "─" * (width + 2)
    return "\n".join([f"  ┌{rule}┐", *body, f"  └{rule}┘"])


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
