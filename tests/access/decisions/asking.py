"""What tests of decisions ask of the park."""

from typing import Any

from tests.access.park import FACILITY, OPERATOR, Json, Park, Somebody, bits_of


async def rule(park: Park, zone: str, **rules: Any) -> None:
    """The zone is entered under these rules from now on."""
    path = f"/zones/{park.ids[zone]}"
    tag = (await park.get(OPERATOR, path)).headers["etag"]
    answer = await park.put(OPERATOR, f"{path}/rules", rules, if_match=tag)
    assert answer.status_code == 200, answer.text


async def turn(park: Park, door: str, mode: str, **more: Any) -> None:
    """The door opens in that mode from now on."""
    path = f"/doors/{park.ids[door]}"
    tag = (await park.get(OPERATOR, path)).headers["etag"]
    headers = park.headers(OPERATOR) | {"If-Match": tag}
    answer = await park.http.post(f"/v1{path}/mode", headers=headers, json={"mode": mode, **more})
    assert answer.status_code == 200, answer.text


async def explained(park: Park, who: Somebody, decision: Json, **headers: str) -> Json:
    """Why a read was decided as it was; it must be as it was answered."""
    path = f"/v1/decisions/{decision['decision_id']}/explanation"
    answer = await park.http.get(path, headers=park.headers(who) | headers)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    assert found["is_the_same"] is True
    assert found["outcome"] == decision["outcome"]
    assert found["reason"] == decision["reason"]
    return found


async def read_pin(park: Park, point: str, number: int, pin: str | None) -> Json:
    """The answer to a badge and a PIN."""
    read = {"kind": "card", "bits": bits_of(FACILITY, number)}
    body = park.a_read(read if pin is None else {**read, "pin": pin})
    answer = await park.ask(point, body)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def said(answer: Json) -> tuple[str, str]:
    return answer["outcome"], answer["reason"]
