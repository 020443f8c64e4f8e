"""A small service made of shared parts alone: one table, a few endpoints, two people."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from fastapi import APIRouter, FastAPI, Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from deploy.local.issuer import Issuer
from shared.database import Database, refuse_as, service_registry
from shared.driver import engine_of
from shared.errors import Conflict
from shared.identity.listed import Listed, SignInClaims
from shared.identity.tokens import TokenVerifier
from shared.messaging.outbox import messaging_ddl
from shared.settings import ServiceSettings
from shared.web import Ground, Instant, Line, Me, Now, Once, Session, create_service, first_version
from tests.support.postgres import FreshDatabase

TENANT, ANOTHER_TENANT = uuid4(), uuid4()
PEOPLE = {
    "amal@tenant.example": Listed(
        person_id=UUID(int=1),
        tenant_id=TENANT,
        given_name="Amal",
        family_name="Test",
        email="amal@tenant.example",
        language="fr",
        is_listed=True,
        is_landlord=False,
        is_tenant_listed=True,
    ),
    "gone@tenant.example": Listed(
        person_id=UUID(int=2),
        tenant_id=TENANT,
        given_name="Gone",
        family_name="Test",
        email="gone@tenant.example",
        language="fr",
        is_listed=False,
        is_landlord=False,
        is_tenant_listed=True,
    ),
}


class NameTaken(Conflict):
    """The name {name} is taken."""


class NoteBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Line
    at: Instant | None = None


class NoteView(BaseModel):
    name: str
    count: int


async def a_directory(_: AsyncSession, claims: SignInClaims, __: datetime) -> Listed | None:
    return PEOPLE.get(claims.verified_email or "")


router = APIRouter()


@router.post("/notes", status_code=201, response_model=NoteView)
async def write_note(body: NoteBody, session: Session, me: Me, once: Once) -> Response:
    async def work() -> tuple[NoteView, str | None]:
        with refuse_as({"notes_pkey": NameTaken}, name=body.name):
            await session.execute(text("INSERT INTO notes VALUES (:name)"), {"name": body.name})
        count = await session.scalar(text("SELECT count(*) FROM notes"))
        return NoteView(name=body.name, count=count or 0), '"1"'

    return await once(work)


@router.get("/me")
async def who_am_i(me: Me) -> dict[str, str]:
    return {"person_id": str(me.person_id), "roles": " ".join(sorted(me.roles))}


@router.get("/now")
async def what_time(now: Now) -> dict[str, str]:
    return {"now": now.isoformat()}


@router.post("/late-trouble")
async def trouble_at_commit(session: Session, me: Me) -> dict[str, str]:
    await session.execute(text("INSERT INTO late VALUES (1), (1)"))
    return {"status": "done"}


@router.get("/search")
async def search(session: Session, me: Me, q: Annotated[str, Query()]) -> dict[str, int]:
    found = await session.scalar(text("SELECT count(*) FROM notes WHERE name = :q"), {"q": q})
    return {"found": found or 0}


async def make_schema(url: str) -> None:
    engine = engine_of(url)
    async with engine.begin() as connection:
        await connection.run_sync(service_registry().metadata.create_all)
        for statement in messaging_ddl():
            await connection.execute(text(statement))
        await connection.execute(text("CREATE TABLE notes (name text PRIMARY KEY)"))
        await connection.execute(
            text("CREATE TABLE late (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        )
    await engine.dispose()


@pytest.fixture
async def ground(fresh_database: FreshDatabase, issuer: Issuer) -> AsyncIterator[Ground]:
    url = await fresh_database("shared", make_schema)
    settings = ServiceSettings(database_url=url, oidc_issuer=issuer.address)
    made = Ground(
        name="access",
        settings=settings,
        database=Database(url, name="access"),
        directory=a_directory,
        verifier=TokenVerifier(settings),
        clock=lambda: datetime(2026, 11, 22, 9, tzinfo=UTC),
    )
    yield made
    await made.database.close()


@pytest.fixture
def app(ground: Ground) -> FastAPI:
    return create_service(ground, title="Notes", description="A test", routes=first_version(router))


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
def amal(issuer: Issuer) -> dict[str, str]:
    """Headers of a signed-in employee."""
    return {"authorization": "Bearer " + issuer.token("amal@tenant.example")}


async def rows_in(url: str, table: str) -> int:
    """How many rows are committed there."""
    connection = await asyncpg.connect(url)
    try:
        found: int = await connection.fetchval(f"SELECT count(*) FROM {table}")
        return found
    finally:
        await connection.close()
