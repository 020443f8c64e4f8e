"""The tables of the directory and the zones, alike in each service that keeps them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, MetaData, String, Table, Uuid, func


def add_directory_tables(metadata: MetaData) -> None:
    """The tables `known_tenants`, `known_people`, `known_sign_ins` and `known_zones`."""
    _tenants(metadata)
    _people(metadata)
    _sign_ins(metadata)
    _zones(metadata)


def _tenants(metadata: MetaData) -> Table:
    return Table(
        "known_tenants",
        metadata,
        Column("tenant_id", Uuid, primary_key=True),
        Column("sequence", BigInteger, nullable=False),
        Column("name", String, nullable=False),
        Column("is_landlord", Boolean, nullable=False),
        Column("language", String, nullable=False),
        Column("desk_address", String),
        Column("zone_ids", String, nullable=False),
        Column("is_listed", Boolean, nullable=False),
    )


def _people(metadata: MetaData) -> Table:
    table = Table(
        "known_people",
        metadata,
        Column("person_id", Uuid, primary_key=True),
        Column("sequence", BigInteger, nullable=False),
        Column("tenant_id", Uuid, nullable=False),
        Column("given_name", String, nullable=False),
        Column("family_name", String, nullable=False),
        Column("email", String, nullable=False),
        Column("phone", String),
        Column("language", String, nullable=False),
        Column("successor_id", Uuid),
        Column("is_listed", Boolean, nullable=False),
    )
    Index("known_people_email_idx", func.lower(table.c.email))
    return table


def _sign_ins(metadata: MetaData) -> Table:
    return Table(
        "known_sign_ins",
        metadata,
        Column("issuer", String, primary_key=True),
        Column("subject", String, primary_key=True),
        Column("person_id", Uuid, nullable=False, index=True),
    )


def _zones(metadata: MetaData) -> Table:
    return Table(
        "known_zones",
        metadata,
        Column("zone_id", Uuid, primary_key=True),
        Column("sequence", BigInteger, nullable=False),
        Column("parent_id", Uuid, index=True),
        Column("kind", String, nullable=False),
        Column("name_fr", String, nullable=False),
        Column("name_ar", String, nullable=False),
        Column("name_en", String, nullable=False),
        Column("tenant_id", Uuid),
        Column("is_bookable", Boolean, nullable=False),
        Column("is_listed", Boolean, nullable=False),
    )


_own = MetaData()
tenants, people, sign_ins, zones = _tenants(_own), _people(_own), _sign_ins(_own), _zones(_own)
"""The same tables, to query with; which database they are in, the session decides."""
