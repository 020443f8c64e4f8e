"""How often one may ask: strangers by address, people by themselves, doors without end."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import APIRouter
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.local.issuer import Issuer
from shared.web import Ground, Me, create_service, first_version
from shared.web.rates import place_of

A_FEW = {"caller_requests_a_minute": 4, "stranger_requests_a_minute": 3, "codes_a_minute": 2}
router = APIRouter()


@router.get("/open")
async def open_to_all() -> dict[str, str]:
    return {}


@router.get("/codes/{code}")
async def code(code: str, me: Me) -> dict[str, str]:
    return {}


@router.get("/mine")
async def mine(me: Me) -> dict[str, str]:
    return {}


class DoorFirst:
    """As the reads at doors are answered in access."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == "/v1/door":
            return await JSONResponse({"outcome": "granted"})(scope, receive, send)
        return await self._app(scope, receive, send)


Served = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def served(ground: Ground) -> Served:
    """A service with these settings; asked from the address that is given."""

    @asynccontextmanager
    async def serving(
        *, address: str = "192.0.2.7", has_doors: bool = False, **settings: object
    ) -> AsyncIterator[httpx.AsyncClient]:
        told = ground.settings.model_copy(update={**A_FEW, **settings})
        app = create_service(
            replace(ground, settings=told, registry=type(ground.registry)()),
            title="Rates",
            description="A test",
            routes=first_version(router),
            first=DoorFirst,
            codes=("/v1/codes/",),
            has_doors=has_doors,
        )
        transport = httpx.ASGITransport(app=app, client=(address, 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client

    return serving


async def statuses(http: httpx.AsyncClient, path: str, times: int, **headers: str) -> list[int]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return [(await http.get(path, headers=names)).status_code for _ in range(times)]


@pytest.mark.parametrize(
    ("wanted", "word"), [("en", "too often"), ("fr", "fréquentes"), ("ar", "انتظر")]
)
async def test_who_asks_too_often_is_told_how_long_to_wait(
    served: Served, wanted: str, word: str
) -> None:
    async with served() as http:
        assert await statuses(http, "/v1/open", 3) == [200] * 3
        answer = await http.get("/v1/open", headers={"accept-language": wanted})
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "too_many_requests"
    assert 1 <= int(answer.headers["retry-after"]) <= 20, "three a minute: one each 20 s"
    assert word in answer.json()["detail"]
    assert answer.headers["retry-after"] in answer.json()["detail"]


async def test_a_person_is_counted_by_themselves_wherever_they_are(
    served: Served, amal: dict[str, str], issuer: Issuer
) -> None:
    another = {"authorization": "Bearer " + issuer.token("gone@tenant.example")}
    async with served() as http:
        assert await statuses(http, "/v1/open", 4) == [200] * 3 + [429]
        assert await statuses(http, "/v1/mine", 5, **amal) == [200] * 4 + [429]
        assert await statuses(http, "/v1/open", 1, **another) == [200]


async def test_another_token_of_theirs_gives_them_no_more(served: Served, issuer: Issuer) -> None:
    async with served() as http:
        codes = []
        for lifetime in range(5):
            token = issuer.token("amal@tenant.example", valid_for=timedelta(hours=1 + lifetime))
            codes += await statuses(http, "/v1/mine", 1, authorization=f"Bearer {token}")
    assert codes == [200] * 4 + [429]


async def test_made_up_tokens_count_for_the_address_they_come_from(served: Served) -> None:
    async with served() as http:
        codes = [
            *await statuses(http, "/v1/mine", 1, authorization="Bearer of.my.own"),
            *await statuses(http, "/v1/mine", 1, authorization="Bearer another"),
            *await statuses(http, "/v1/mine", 1, authorization="Basic YTpi"),
            *await statuses(http, "/v1/mine", 1, x_device_key="a.b"),
        ]
    assert codes == [401, 401, 401, 429]


async def test_codes_are_tried_slowly_also_by_who_signs_in(
    served: Served, amal: dict[str, str]
) -> None:
    async with served() as http:
        assert await statuses(http, "/v1/codes/AAAA", 3, **amal) == [200, 200, 429]
        assert await statuses(http, "/v1/mine", 1, **amal) == [200], "all else goes on"


async def test_a_door_is_never_told_to_wait(served: Served) -> None:
    async with served(has_doors=True) as http:
        assert await statuses(http, "/v1/open", 4) == [200] * 3 + [429]
        assert await statuses(http, "/v1/door", 10) == [200] * 10
        assert await statuses(http, "/v1/open", 10, x_device_key="a.b") == [200] * 10


async def test_who_is_watched_over_is_not_counted(served: Served) -> None:
    async with served() as http:
        assert await statuses(http, "/health/live", 10) == [200] * 10
        assert await statuses(http, "/v1/open", 4) == [200] * 3 + [429]
        seen = (await http.get("/metrics")).text
    assert 'parvis_http_told_to_wait_total{whom="strangers"} 1.0' in seen


async def test_nothing_is_counted_where_the_setting_says_so(served: Served) -> None:
    async with served(stranger_requests_a_minute=0) as http:
        assert await statuses(http, "/v1/open", 20) == [200] * 20


@pytest.mark.parametrize(
    ("client", "place"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("::ffff:192.0.2.7", 1), "192.0.2.7"),
        (("fe80::1%eth0", 1), "fe80::/64"),
        ((":not an address:", 1), ":not an address:"),
        (None, "unknown"),
    ],
)
def test_one_customers_network_is_one_place(client: object, place: str) -> None:
    assert place_of({"type": "http", "client": client}) == place


async def test_pages_of_other_origins_are_let_in_only_where_they_are_named(
    served: Served,
) -> None:
    page = {"origin": "https://desk.example"}
    ask = {**page, "access-control-request-method": "POST"}
    async with served() as http:
        assert (
            "access-control-allow-origin" not in (await http.get("/v1/open", headers=page)).headers
        )
        assert (await http.options("/v1/open", headers=ask)).status_code == 405
    async with served(cors_origins="https://desk.example, https://b.example") as http:
        answer = await http.options("/v1/open", headers=ask)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "https://desk.example"
        assert "access-control-allow-credentials" not in answer.headers
        stranger = {**ask, "origin": "https://evil.example"}
        assert (await http.options("/v1/open", headers=stranger)).status_code == 400
        await statuses(http, "/v1/open", 3)
        refused = await http.get("/v1/open", headers=page)
        assert refused.status_code == 429
        assert refused.headers["access-control-allow-origin"] == "https://desk.example"
        assert "Retry-After" in refused.headers["access-control-expose-headers"]
