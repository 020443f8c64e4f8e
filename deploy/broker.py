"""What the broker is to hold before any service comes: exchanges, queues, bindings, users' rights.

`python -m deploy.broker` writes it as RabbitMQ reads it at its start. Passwords are no part of it:
`@access@` stands where the hash of that user's password is put in.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.events import owner_of, said_by
from shared.messaging.rabbit_topology import DEAD_LIMIT, inbox_arguments
from shared.messaging.settings import MessagingSettings
from shared.messaging.topology import (
    AUDIT,
    SERVICES,
    audited_names,
    bindings_of,
    dead_exchange_of,
    dead_queue_of,
    exchange_of,
    queue_of,
)

VHOST = "parvis"
OPERATOR = "operator"
MONITOR = "monitor"
"""Sees how long queues are and who is connected; no message."""
DEFINITIONS = Path(__file__).parent / "compose" / "rabbitmq" / "definitions.json"
Json = dict[str, Any]


def definitions() -> Json:
    """Everything, for one virtual host."""
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(name, tags=[]) for name in SERVICES]
        + [_user(OPERATOR, tags=["administrator"]), _user(MONITOR, tags=["monitoring"])],
        "permissions": [rights_of(name) for name in SERVICES]
        + [{"user": OPERATOR, "vhost": VHOST, **dict.fromkeys(RIGHTS, ".*")}]
        + [{"user": MONITOR, "vhost": VHOST, **dict.fromkeys(RIGHTS, "^$")}],
        "topic_permissions": [names_of(name) for name in SERVICES],
        "exchanges": [_exchange(exchange_of(name), "topic") for name in SERVICES]
        + [_exchange(dead_exchange_of(name), "fanout") for name in SERVICES]
        + [_exchange(AUDIT, "fanout")],
        "queues": [queue for name in SERVICES for queue in _queues(name)] + [_audit_queue()],
        "bindings": _bindings(),
    }


RIGHTS = ("configure", "write", "read")


def rights_of(service: str) -> Json:
    """It declares nothing, speaks on its own exchange, and reads its queues and others' facts."""
    return {
        "user": service,
        "vhost": VHOST,
        "configure": "^$",
        "write": rf"^{service}\.(events|dead|inbox)$",
        "read": rf"^({service}\.(inbox|dead)|.*\.events)$",
    }


def names_of(service: str) -> Json:
    """Only names that are its own."""
    owned = "|".join(re.escape(prefix.removesuffix(".")) for prefix in said_by(service))
    return {
        "user": service,
        "vhost": VHOST,
        "exchange": exchange_of(service),
        "write": rf"^({owned})\.",
        "read": ".*",
    }


def with_passwords(password_of: Mapping[str, str]) -> Json:
    """The definitions as a broker takes them; `deploy/compose/rabbitmq/start.sh` does the same."""
    whole = definitions()
    for user in whole["users"]:
        user["password_hash"] = hashed(password_of[user["name"]])
    return whole


def hashed(password: str) -> str:
    """RabbitMQ's: base64 of a salt of four bytes and SHA-256 of salt and password."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _user(name: str, *, tags: list[str]) -> Json:
    hashed = {"password_hash": f"@{name}@", "hashing_algorithm": "rabbit_password_hashing_sha256"}
    return {"name": name, **hashed, "tags": tags}


def _exchange(name: str, kind: str) -> Json:
    fixed = {"durable": True, "auto_delete": False, "internal": False, "arguments": {}}
    return {"name": name, "vhost": VHOST, "type": kind, **fixed}


def _queue(name: str, arguments: Json) -> Json:
    fixed = {"durable": True, "auto_delete": False}
    return {"name": name, "vhost": VHOST, **fixed, "arguments": arguments}


def _queues(service: str) -> list[Json]:
    return [
        _queue(queue_of(service), inbox_arguments(service, settings=MessagingSettings())),
        _queue(dead_queue_of(service), {"x-queue-type": "quorum", "x-delivery-limit": DEAD_LIMIT}),
    ]


def _audit_queue() -> Json:
    days = MessagingSettings().audit_days
    return _queue(AUDIT, {"x-queue-type": "stream", "x-max-age": f"{days}D"})


def _bindings() -> list[Json]:
    to_queues = [
        _binding(exchange, queue_of(service), "queue", name)
        for service in SERVICES
        for exchange, name in bindings_of(service)
    ]
    dead = [_binding(dead_exchange_of(each), dead_queue_of(each), "queue", "") for each in SERVICES]
    audited = [
        _binding(exchange_of(owner_of(name) or ""), AUDIT, "exchange", name)
        for name in audited_names()
    ]
    return [*to_queues, *dead, _binding(AUDIT, AUDIT, "queue", ""), *audited]


def _binding(source: str, destination: str, kind: str, key: str) -> Json:
    return {
        "source": source,
        "vhost": VHOST,
        "destination": destination,
        "destination_type": kind,
        "routing_key": key,
        "arguments": {},
    }


def written() -> str:
    """The file's text."""
    return json.dumps(definitions(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    DEFINITIONS.write_text(written())
