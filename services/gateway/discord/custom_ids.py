"""Which page of which list a button leads to, written into the button itself."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast, get_args

from shared.messages.invitations.details import Status, Tag

TAGS: tuple[Tag, ...] = get_args(Tag)
STATUSES: tuple[Status, ...] = get_args(Status)
CUSTOM_ID = re.compile(r"(list|mine|history):([0-9]|-):([a-z]+|-):([ab]-?[0-9]{1,15}\.[0-9]{1,20})")
Kind: TypeAlias = Literal["list", "mine", "history"]
SHOWN = 10
"""Invitations on a page."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list of all, of the reader's own invitations, or of their history."""

    kind: Kind
    tag: Tag | None = None
    status: Status | None = None
    cursor: str | None = None

    def custom_id(self, cursor: str) -> str:
        """Write the page of this list at another place, so that any replica finds it again."""
        tag = "-" if self.tag is None else TAGS.index(self.tag)
        return f"{self.kind}:{tag}:{self.status or '-'}:{cursor}"

    def query(self, reader_id: str) -> dict[str, str]:
        """Ask the API for this page; who reads their own can only name themselves."""
        host = reader_id if self.kind == "mine" else None
        wanted = {"host": host, "tag": self.tag, "status": self.status, "cursor": self.cursor}
        return {"limit": str(SHOWN)} | {name: value for name, value in wanted.items() if value}


AUDIT_CUSTOM_ID = re.compile(r"audit:([0-9]{1,20}|-):([0-9]{1,20}|-):([ab][0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the audit log: of all, of one invitation, or of what one member did."""

    invitation_id: str | None = None
    member_id: str | None = None
    cursor: str | None = None

    def custom_id(self, cursor: str) -> str:
        """Write the page of this log at another place."""
        return f"audit:{self.invitation_id or '-'}:{self.member_id or '-'}:{cursor}"


def audit_page_of(custom_id: str) -> AuditPage | None:
    """Read the page of the audit log that a button brought back; None when it is none."""
    found = AUDIT_CUSTOM_ID.fullmatch(custom_id)
    if found is None:
        return None
    invitation_id, member_id, cursor = (None if part == "-" else part for part in found.groups())
    return AuditPage(invitation_id, member_id, cursor)


def page_of(custom_id: str) -> Page | None:
    """Read the page that a button brought back; None when it is not one of ours."""
    found = CUSTOM_ID.fullmatch(custom_id)
    if found is None:
        return None
    kind, tag, status, cursor = found.groups()
    tags: dict[str, Tag] = {str(number): each for number, each in enumerate(TAGS)}
    known = next((each for each in STATUSES if each == status), None)
    if (tag != "-" and tag not in tags) or (status != "-" and known is None):
        return None
    return Page(cast("Kind", kind), tags.get(tag), known, cursor)  # the pattern's choices
