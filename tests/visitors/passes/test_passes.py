"""Passes: derived from key and visit, read back from the pictures, stored nowhere."""

import base64
import hashlib
import hmac
import struct
from io import BytesIO
from uuid import UUID, uuid4

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.visitors.passes.domain import (
    DESK_CODE_ALPHABET,
    PassKeyChanged,
    digest_of,
    known_token,
    new_desk_code,
    read_desk_code,
    token_of,
)
from services.visitors.passes.pictures import as_png, as_svg
from tests.visitors.park import AMAL, DESK, Park

KEY = bytes(range(32))
VISIT_ID = UUID("2d8b7a52-6a61-4b7e-9f3a-0f6a4a1e9c55")


def test_a_token_is_what_the_design_says() -> None:
    mac = hmac.new(KEY, VISIT_ID.bytes + struct.pack(">I", 3), hashlib.sha256).digest()
    token = token_of(VISIT_ID, rotation=3, key=KEY)
    assert base64.b32decode(token + "====") == mac
    assert (len(token), "=" in token) == (52, False)
    assert digest_of(token) == hashlib.sha256(token.encode()).hexdigest()


@given(st.uuids(), st.uuids(), st.integers(0, 2**31), st.integers(0, 2**31))
def test_another_visit_or_rotation_is_another_token(a: UUID, b: UUID, m: int, n: int) -> None:
    same = (a, m) == (b, n)
    assert (token_of(a, rotation=m, key=KEY) == token_of(b, rotation=n, key=KEY)) is same


def test_a_token_of_another_key_is_not_given_out() -> None:
    digest = digest_of(token_of(VISIT_ID, rotation=0, key=KEY))
    assert known_token(VISIT_ID, rotation=0, keys=[KEY], digest=digest)
    with pytest.raises(PassKeyChanged):
        known_token(VISIT_ID, rotation=0, keys=[bytes(32)], digest=digest)


def test_the_picture_is_read_back() -> None:
    token = token_of(uuid4(), rotation=0, key=KEY)
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(as_png(token))))
    assert found.text == token
    assert as_svg(token).startswith(b"<?xml")
    assert token.encode() not in as_svg(token)


def test_desk_codes_are_short_and_not_confused() -> None:
    codes = {new_desk_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert set("".join(codes)) <= set(DESK_CODE_ALPHABET)
    assert not set("01OILU") & set(DESK_CODE_ALPHABET)
    assert read_desk_code(" abcd-2345 ") == "ABCD2345"


async def test_the_desk_prints_the_very_pass_that_the_doors_know(park: Park) -> None:
    visit = await park.a_visit()
    url = f"/v1/visits/{visit['visit_id']}/pass"
    picture = await park.http.get(url, headers=park.as_(DESK))
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["cache-control"] == "no-store"
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture.content)))
    assert digest_of(found.text) == visit["visitor_pass"]["digest"]
    drawing = await park.http.get(url, headers=park.as_(AMAL) | {"accept": "image/svg+xml"})
    assert drawing.headers["content-type"] == "image/svg+xml"


async def test_no_table_and_no_event_holds_the_token(park: Park) -> None:
    visit = await park.a_visit()
    await park.do(visit, "check-in")
    await park.send_notices()
    picture = await park.http.get(f"/v1/visits/{visit['visit_id']}/pass", headers=park.as_(DESK))
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture.content)))
    names = await park.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for row in names:
        leaks = await park.query(
            f'SELECT 1 FROM "{row.tablename}" AS t WHERE t::text ILIKE :token',
            token=f"%{found.text}%",
        )
        assert leaks == [], row.tablename
    known = await park.query(
        "SELECT 1 FROM outbox WHERE body LIKE :d", d=f"%{digest_of(found.text)}%"
    )
    assert known
