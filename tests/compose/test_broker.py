"""What the compose stack's broker is given agrees with what the services declare and may do."""

import json
import re

from deploy.broker import DEFINITIONS, definitions, written
from shared.events import all_events, owner_of, said_by
from shared.messaging.topology import SERVICES, bindings_of, dead_exchange_of, exchange_of, queue_of


def test_the_file_is_what_the_topology_says() -> None:
    assert DEFINITIONS.read_text() == written(), "run python -m deploy.broker"


def test_no_password_is_in_it_and_each_user_has_a_place_for_one() -> None:
    users = {user["name"]: user["password_hash"] for user in definitions()["users"]}
    assert users == {name: f"@{name}@" for name in (*SERVICES, "operator", "monitor")}


def test_each_service_speaks_only_in_its_own_name() -> None:
    given = definitions()
    for service in SERVICES:
        rights = next(each for each in given["permissions"] if each["user"] == service)
        names = next(each for each in given["topic_permissions"] if each["user"] == service)
        for name in all_events():
            owner = owner_of(name) or ""
            may = bool(re.search(rights["write"], exchange_of(owner))) and bool(
                re.search(names["write"], name)
            )
            assert may == (owner == service), (service, name)
        for other in {*SERVICES} - {service}:
            for place in (queue_of(other), dead_exchange_of(other), exchange_of(other)):
                assert not re.search(rights["write"], place)
            assert not re.search(rights["read"], queue_of(other))
        for default in ("", "amq.default"):  # the broker judges it by the second name
            assert not re.search(rights["write"], default), "it reaches every queue"
        assert not re.search(rights["configure"], queue_of(service))


def test_a_service_may_say_whatever_its_doctor_tries_to_say() -> None:
    names = {each["user"]: each["write"] for each in definitions()["topic_permissions"]}
    for service in SERVICES:
        for prefix in said_by(service):
            assert re.search(names[service], f"{prefix}doctor.1"), (service, prefix)


def test_each_binding_that_a_service_needs_is_there() -> None:
    there = {
        (each["source"], each["destination"], each["routing_key"])
        for each in json.loads(DEFINITIONS.read_text())["bindings"]
    }
    for service in SERVICES:
        for exchange, name in bindings_of(service):
            assert (exchange, queue_of(service), name) in there
