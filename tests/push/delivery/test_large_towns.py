"""A large message begins at once also in a town that PostgreSQL's statistics do not know yet."""

from datetime import timedelta

from base.database import work
from push.delivery.leases import lease_batch
from tests.push.crowd import launched, settle
from tests.town import Town, found_town

RESIDENTS = 1_500


async def test_what_a_message_costs_does_not_grow_with_the_square_of_the_town(town: Town) -> None:
    await settle(town.system, 100)
    await town.sql("analyze")  # Of another town's rows the planner believes from now on that there is one.
    large = await found_town(town.superuser, "1108")
    await settle(large.system, RESIDENTS)
    before = await rows_read(town)
    campaign = await launched(large.system)
    async with work(large.system) as unit:
        assert len(await lease_batch(unit, campaign, 500, timedelta(seconds=30), [])) == 500
        await unit.fetchval("select pg_stat_force_next_flush()")
    assert await rows_read(town) - before < 50 * RESIDENTS, "not all for each"


async def rows_read(town: Town) -> int:
    """How many rows of residents and what hangs on them have been read, by any statement so far."""
    await town.sql("select pg_stat_force_next_flush()")
    [row] = await town.sql(
        "select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint read from pg_stat_user_tables "
        "where relname in ('resident', 'standing_consent', 'push_address', 'credential', 'delivery')"
    )
    return int(row["read"])
