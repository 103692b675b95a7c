"""Run by the workshop's Python: read the running API by the client that was generated."""

import json
import os

from client import AuthenticatedClient
from client.api.default import list_events, list_invitations
from client.models import EventPage, InvitationList, Problem

with AuthenticatedClient(os.environ["API_URL"], os.environ["API_TOKEN"]) as client:
    page = list_events.sync(client=client, limit=10)
    assert isinstance(page, EventPage)
    listed = list_invitations.sync(client=client, guild="1")
    assert isinstance(listed, InvitationList)
    wrong = list_events.sync(client=client, limit=0)
    assert isinstance(wrong, Problem)
found = {
    "sequences": [event.sequence for event in page.events],
    "names": [each.event_name for each in listed.invitations],
    "type": wrong.type_,
}
print(json.dumps(found))
