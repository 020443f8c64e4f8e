"""The migrated database and the models agree; the guarantee is in the database itself."""

from datetime import timedelta

from services.booking.claims.domain import LONGEST_CLAIM
from services.booking.service import SERVICE
from shared.migrate import differences
from tests.booking.park import Park


async def test_migrations_match_the_models(park: Park) -> None:
    assert await differences(SERVICE.metadata, url=park.ground.database.url) == []


async def test_no_two_claims_of_a_space_can_overlap(park: Park) -> None:
    rows = await park.query(
        "SELECT pg_get_constraintdef(oid) AS said FROM pg_constraint "
        "WHERE conname = 'claims_no_overlap'"
    )
    assert [row.said for row in rows] == ["EXCLUDE USING gist (space_id WITH =, during WITH &&)"]


async def test_no_claim_is_longer_than_readers_of_a_day_look_back(park: Park) -> None:
    rows = await park.query(
        "SELECT pg_get_constraintdef(oid) AS said FROM pg_constraint "
        "WHERE conname = 'claims_length'"
    )
    assert timedelta(hours=72) == LONGEST_CLAIM
    assert "<= '72:00:00'::interval" in rows[0].said
