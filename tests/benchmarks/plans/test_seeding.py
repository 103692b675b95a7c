"""Bulk rows are not checked by CHECKs; later rows are."""

import asyncpg
import pytest

from tests import seeding
from tests.conftest import Site

NUMBERS = """
SELECT count(*), count(DISTINCT id), sum(joined_count),
       (SELECT count(*) FROM invitations.participants)
  FROM invitations.invitations
"""


async def test_checks_come_back_over_very_many_rows(
    database: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    before = await connection.fetch(seeding.CHECKS)
    monkeypatch.setattr(seeding, "CHECKED", 100)
    await seeding.seed(database.superuser_url, 1001)
    assert tuple(await connection.fetchrow(NUMBERS)) == (1001, 1001, 3962, 3962)
    after = await connection.fetch(seeding.CHECKS)
    assert {each["name"] for each in after} == {each["name"] for each in before}
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute("UPDATE invitations.invitations SET max_participants = 101")
    await connection.close()
