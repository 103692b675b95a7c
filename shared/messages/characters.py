"""Characters that nobody can see: what is removed from a text, and which text is blank."""

import re

# Default_Ignorable_Code_Point of DerivedCoreProperties.txt, the same in Unicode 14.0 to 17.0.
# Python's unicodedata lacks the property.
IGNORABLE = (
    "\u00ad\u034f\u061c\u115f-\u1160\u17b4-\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
CONTROL = r"\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # those that break no line
# Bidi_Control of PropList.txt. U+202E in a name turns round the line that the name stands in.
BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"

LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
UNWANTED = re.compile(f"[{CONTROL}{BIDI}]")
# U+2800 is a Braille cell without dots: not ignorable, and yet empty.
INVISIBLE = re.compile(rf"[\s\u2800{CONTROL}{IGNORABLE}]*")
HIDDEN = re.compile(f"[{CONTROL}{IGNORABLE}]")


def readable(text: str) -> str:
    r"""Remove control characters and bidirectional controls, and make each line break a `\n`.

    What joins an emoji sequence stays.
    """
    return UNWANTED.sub("", LINE_BREAK.sub("\n", text))


def without_hidden(text: str) -> str:
    """Remove everything that a reader cannot see, emoji joiners too."""
    return HIDDEN.sub("", text)


def is_blank(text: str) -> bool:
    """Return whether there is nothing to see in a text."""
    return INVISIBLE.fullmatch(text) is not None
