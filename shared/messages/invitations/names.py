"""Names of what is stored beside an event."""

from typing import Annotated

from pydantic import StringConstraints

ImageName = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}\.(png|jpg|webp|gif)$")]
"""The name of a stored picture; it also names the file that is attached on Discord."""

ImageUrl = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=1500)]
"""Where a member's upload can be read on Discord, until the address expires."""
