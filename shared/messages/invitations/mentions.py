"""Whom an announcement mentions when it is posted."""

from typing import Literal, TypeAlias

from shared.messages.envelope import Snowflake

Mention: TypeAlias = Literal["nobody", "everyone", "here"] | Snowflake
"""Nobody, @everyone, @here, or the role with this id."""
NOBODY: Mention = "nobody"
