"""An outbox row as the message that travels: CloudEvents 1.0 in structured JSON."""

from __future__ import annotations

import asyncpg
import orjson

from shared.messaging.bus import Message
from shared.messaging.topology import exchange_of


def message_of(row: asyncpg.Record, *, service: str) -> Message:
    """The facts are copied as they were announced, never parsed again."""
    event_id = str(row["event_id"])
    head: dict[str, object] = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/parvis/{service}",
        "type": row["name"],
        "subject": row["subject"],
        "time": row["recorded_at"],
        "datacontenttype": "application/json",
        "sequence": f"{row['sequence']:012d}",
        "replay": row["is_replay"],
    }
    if row["tenant_id"] is not None:
        head["tenantid"] = str(row["tenant_id"])
    if row["trace"] is not None:
        head["traceparent"] = row["trace"]
    body = b'%b,"data":%b}' % (orjson.dumps(head)[:-1], row["body"].encode())
    return Message(exchange_of(service), row["name"], event_id, body)
