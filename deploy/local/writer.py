"""A client that writes without a pause, and records which writes the database confirmed."""

import threading
import time
import uuid
from dataclasses import dataclass

import psycopg

INVITATIONS = 10
_SEATED_AT_MOST = 40
_PAUSE_SECONDS = 0.01

_MAKE_INVITATION = """
INSERT INTO invitations.invitations (id, request_id, thread_id, guild_id, channel_id, host_id,
  host_name, event_name, start_time, end_time, world_name, tag, description, instance_type,
  max_participants)
VALUES (%(id)s, gen_random_uuid(), %(id)s, '1', '2', '3', '主催', '訓練', now() + interval '1 day',
  now() + interval '2 days', '世界', '観光', '復元の訓練', 'group', 100)
"""
_RECEIVE = """
INSERT INTO invitations.inbox (message_id, message_name) VALUES (%s, 'invitations.JoinInvitation')
"""
_LOCK = """
SELECT FROM invitations.invitations WHERE id = %s FOR NO KEY UPDATE
"""
_SEAT = """
INSERT INTO invitations.participants (invitation_id, user_id, user_name, status)
VALUES (%s, %s, '参加者', 'joined')
"""
_UNSEAT = """
DELETE FROM invitations.participants WHERE invitation_id = %s AND user_id = %s
"""
_STEP = """
UPDATE invitations.invitations SET version = version + 1 WHERE id = %s
"""
_SEND = """
INSERT INTO invitations.outbox (message_id, exchange, routing_key, body)
VALUES (gen_random_uuid(), 'doukikai.events', 'invitations.ParticipantJoined', %s)
"""
# A row for every invitation whose version, seats and messages do not tell the same story.
_CONTRADICTIONS = """
SELECT invitations.id
  FROM invitations.invitations
  LEFT JOIN (SELECT body, count(*) AS sent FROM invitations.outbox GROUP BY body) AS messages
    ON messages.body = invitations.id
 WHERE version <> 1 + COALESCE(sent, 0)
    OR joined_count <> LEAST(COALESCE(sent, 0), %s)
    OR joined_count <> (SELECT count(*) FROM invitations.participants
                         WHERE invitation_id = invitations.id AND status = 'joined')
"""
_RECEIVED = """
SELECT message_id FROM invitations.inbox
"""


@dataclass(frozen=True)
class Promise:
    """A commit that the database has confirmed."""

    message_id: uuid.UUID
    confirmed_at: float


class Writer:
    """Writes as the invitations service does: receipt, lock, seat, version and message at once."""

    def __init__(self, url: str, first_id: int) -> None:
        self._url = url
        self._ids = [str(first_id + number) for number in range(INVITATIONS)]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self.promises: list[Promise] = []

    def start(self) -> None:
        """Make the invitations and begin; returns when the first write is confirmed."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            for invitation_id in self._ids:
                connection.execute(_MAKE_INVITATION, {"id": invitation_id})
        self._thread.start()
        self.await_promises(1)

    def await_promises(self, count: int) -> None:
        """Wait until that many writes are confirmed."""
        while len(self.promises) < count and self._thread.is_alive():
            time.sleep(_PAUSE_SECONDS)

    def end(self) -> None:
        """Write no more."""
        self._ended.set()
        self._thread.join()

    def _write(self) -> None:
        number = 0
        try:
            with psycopg.connect(self._url) as connection:
                while not self._ended.wait(_PAUSE_SECONDS):
                    self._write_once(connection, number)
                    number += 1
        except psycopg.OperationalError:
            return  # the server has gone, which is what we are here for

    def _write_once(self, connection: psycopg.Connection, number: int) -> None:
        invitation_id = self._ids[number % INVITATIONS]
        user, message_id = number // INVITATIONS, uuid.uuid4()
        connection.execute(_RECEIVE, [message_id])
        connection.execute(_LOCK, [invitation_id])
        if user >= _SEATED_AT_MOST:
            connection.execute(_UNSEAT, [invitation_id, str(user - _SEATED_AT_MOST)])
        connection.execute(_SEAT, [invitation_id, str(user)])
        connection.execute(_STEP, [invitation_id])
        connection.execute(_SEND, [invitation_id])
        connection.commit()
        self.promises.append(Promise(message_id, time.time()))


def contradictions(connection: psycopg.Connection) -> list[str]:
    """Name the invitations of writers that tell two stories at once."""
    return [row[0] for row in connection.execute(_CONTRADICTIONS, [_SEATED_AT_MOST])]


def kept(connection: psycopg.Connection, promises: list[Promise]) -> int | None:
    """Count the promises kept: the first so many and none behind them, or else nothing."""
    received = {row[0] for row in connection.execute(_RECEIVED)}
    found = [promise.message_id in received for promise in promises]
    count = sum(found)
    return count if all(found[:count]) else None
