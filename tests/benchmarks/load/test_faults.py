"""Rule: every reader gets a correct answer whatever happens to the cache."""

from benchmarks.load.faults import FAULTS, crowded, strike
from benchmarks.load.service import serving
from tests.conftest import Site
from tests.seeding import seed


async def test_no_reader_notices_a_failure_of_the_cache(site: Site) -> None:
    await seed(site.superuser_url, 600)
    with serving(site) as served:
        async with crowded(served, think_seconds=0.1) as crowd:
            for fault in FAULTS:
                struck = await strike(site, crowd, fault, reads=150)
                assert (fault.name, struck.wrong) == (fault.name, 0)
                assert struck.before
                assert struck.first_second
        assert served.lookups()["hit"] > 0
        assert served.lookups()["away"] > 0
