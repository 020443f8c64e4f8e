"""The migrated database and the models agree; the guarantee is in the database itself."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from alembic.util import CommandError

from services.booking.claims.domain import LONGEST_CLAIM
from services.booking.service import SERVICE
from shared.migrate import config_of, differences
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


@pytest.mark.parametrize("kept", ["for a person", "on request"])
async def test_an_older_schema_that_would_open_a_room_to_more_people_is_not_gone_back_to(
    park: Park, kept: str
) -> None:
    said: dict[str, Any] = {"person_ids": [str(park.person_id("amal@acme.example"))]}
    if kept == "on request":
        said = {"approval": {"by": "facility_managers"}}
    room = await park.a_room(**said)
    url = park.ground.database.url
    with pytest.raises(CommandError, match=room["code"]):
        await asyncio.to_thread(command.downgrade, config_of("booking", url=url), "0007")
    assert await differences(SERVICE.metadata, url=url) == []
    await park.query(
        "UPDATE rooms SET is_listed = false WHERE id = :r RETURNING 1", r=UUID(room["room_id"])
    )
    await asyncio.to_thread(command.downgrade, config_of("booking", url=url), "0007")
