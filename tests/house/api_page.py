"""Writes docs/openapi.json: the HTTP API as it describes itself."""

import json

from services.invitations.http import openapi
from tests.house.tree import PROJECT

PAGE = PROJECT / "docs" / "openapi.json"


def api_page() -> str:
    """Write the whole description."""
    return json.dumps(openapi.document(), ensure_ascii=False, indent=2) + "\n"
