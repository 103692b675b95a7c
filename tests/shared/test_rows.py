"""Work on many rows in one transaction."""

from collections.abc import Sequence

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from shared.database import Pool
from shared.rows import each_apart
from tests.conftest import Site


async def handle(row: int) -> Sequence[str]:
    if row == 2:
        raise ValueError("a stored value that is refused")
    if row == 4:
        raise ConnectionResetError
    return [f"{row} a", f"{row} b"]


async def apart(pool: Pool, *rows: int) -> list[str]:
    async with pool.acquire() as connection, connection.transaction():
        return await each_apart(connection, rows, handle, str)


async def test_a_broken_row_is_left_out_and_counted_and_the_results_of_all_others_are_kept(
    site: Site,
) -> None:
    pool = await site.pool()
    before = REGISTRY.get_sample_value("rows_failed_total") or 0.0
    with capture_logs() as lines:
        assert await apart(pool, 1, 2, 3) == ["1 a", "1 b", "3 a", "3 b"]
    assert REGISTRY.get_sample_value("rows_failed_total") == before + 1
    [line] = lines
    assert (line["event"], line["row_id"], str(line["exc_info"])) == (
        "row.failed",
        "2",
        "a stored value that is refused",
    )
    with pytest.raises(ConnectionResetError):
        await apart(pool, 1, 4)
    await pool.close()
