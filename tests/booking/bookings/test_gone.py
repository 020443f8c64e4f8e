"""Whoever goes before they have said all is no failure of ours, and has changed nothing."""

import pytest

from tests.booking.park import Park


@pytest.mark.parametrize("way", ["/v1/bookings", "/v1/bookings/{booking_id}/cancel"])
async def test_whoever_goes_before_they_have_said_all_breaks_nothing(park: Park, way: str) -> None:
    """Spoken to below the client, whose requests are whole."""
    booking = await park.a_booking()
    asked = park.as_("amal@acme.example") | {
        "content-type": "application/json",
        "idempotency-key": "k",
    }
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "method": "POST",
        "path": way.format_map(booking),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in asked.items()],
    }
    messages = [{"type": "http.request", "body": b"{", "more_body": True}]
    answered: list[object] = []

    async def receive() -> dict[str, object]:
        return messages.pop() if messages else {"type": "http.disconnect"}

    async def send(message: object) -> None:
        answered.append(message)

    await park.http._transport.app(scope, receive, send)  # type: ignore[attr-defined]
    assert answered == []
    assert 'status="500"' not in (await park.http.get("/metrics")).text
    assert await park.announced() == ["confirmed"]
