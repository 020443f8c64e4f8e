"""The directory of the reference park, as every service keeps it for itself."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import MetaData, Table

from benchmarks.reference.booking.park import Park, Person
from benchmarks.reference.copying import Row
from deploy.local.issuer import subject_of


def directory(park: Park, metadata: MetaData, *, issuer: str) -> Iterator[tuple[Table, list[Row]]]:
    yield (
        metadata.tables["known_tenants"],
        [
            {
                "tenant_id": tenant.tenant_id,
                "sequence": 1,
                "name": f"Tenant {tenant.number}",
                "is_landlord": tenant is park.tenants[0],
                "language": "fr",
                "zone_ids": "",
                "is_listed": True,
            }
            for tenant in park.tenants
        ],
    )
    yield metadata.tables["known_people"], [_person(person) for person in park.people]
    yield (
        metadata.tables["known_sign_ins"],
        [
            {
                "issuer": issuer,
                "subject": subject_of(person.email),
                "person_id": person.person_id,
            }
            for person in park.people
        ],
    )


def _person(person: Person) -> Row:
    given, _, family = person.name.partition(" ")
    return {
        "person_id": person.person_id,
        "sequence": 1,
        "tenant_id": person.tenant.tenant_id,
        "given_name": given,
        "family_name": family,
        "email": person.email,
        "language": "fr",
        "is_listed": True,
    }
