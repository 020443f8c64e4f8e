"""The directory and the zones as a service knows them: its own read model, fed by access's events.

Visitors and booking keep the same one, each in its own database. One rule: facts count only if
their sequence is above the known one, so repeats, late events and replays converge.
"""

from shared.directory.known import (
    is_held_listed,
    learn_person,
    learn_tenant,
    learn_zone,
    people_by_email,
    people_held_by_email,
    people_of_addresses,
    person,
    person_signing_in,
    tenant,
    zone,
)
from shared.directory.tables import add_directory_tables, people, sign_ins, tenants, zones

__all__ = [
    "add_directory_tables",
    "is_held_listed",
    "learn_person",
    "learn_tenant",
    "learn_zone",
    "people",
    "people_by_email",
    "people_held_by_email",
    "people_of_addresses",
    "person",
    "person_signing_in",
    "sign_ins",
    "tenant",
    "tenants",
    "zone",
    "zones",
]
