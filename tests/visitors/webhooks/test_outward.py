"""Requests to addresses that others choose: what is public is reached, what is private is not."""

import pytest

from shared.outward import Guard, NotSent, TargetNotAllowed, TargetUnknown, is_public
from tests.visitors.webhooks.endpoint import ELSEWHERE, HOST, an_endpoint, names, outward


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "2002:0a00:0001::",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::10.0.0.1",
        "::10.0.0.1",
        "::ffff:0:10.0.0.1",
        "fec0::1",
        "3fff::1",
        "fd00:ec2::254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.8",
        "192.88.99.1",
        "127.1",
        "0177.0.0.1",
        "nonsense",
    ],
)
def test_what_is_private_is_known_in_every_guise(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "64:ff9b::1.1.1.1"])
def test_what_is_public_is_known(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "https://user:word@hooks.example/",
        "https://hooks.example/#part",
        "https:///nowhere",
        "https://hooks.example:99999/",
        "https://hooks.example/a b",
        "https://hooks.example/\r\nx: y",
        "file:///etc/passwd",
        "https://hooks.example\\@elsewhere.example/",
    ],
)
async def test_only_plain_https_addresses_are_taken(url: str) -> None:
    with pytest.raises(TargetNotAllowed):
        await names().target(url)


async def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(TargetNotAllowed):
        await names("1.1.1.1", "10.0.0.1").target(f"https://{ELSEWHERE}/")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "2130706433", "localhost", "0x7f.1"])
async def test_this_machine_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises((TargetNotAllowed, TargetUnknown)):
        await Guard().target(f"https://{host}/")


async def test_a_name_that_leads_elsewhere_later_leads_nowhere() -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])

    async def resolve(host: str, port: int) -> list[str]:
        return next(answers)

    async with an_endpoint() as (endpoint, believing):
        guard = Guard(allowed=frozenset({"127.0.0.1"}), resolve=resolve)
        sending = outward(believing, guard)
        assert (await sending.post(endpoint.url(), b"1", {})).status == 200
        with pytest.raises(NotSent, match="target_not_allowed"):
            await sending.post(endpoint.url(), b"2", {})
    assert [body for _, body in endpoint.requests] == [b"1"]


async def test_the_host_is_named_and_its_certificate_looked_at() -> None:
    async with an_endpoint() as (endpoint, believing):
        await outward(believing).post(endpoint.url(), b"", {})
        assert endpoint.requests[0][0]["host"] == f"{HOST}:{endpoint.port}"

        async def resolve(host: str, port: int) -> list[str]:
            return ["127.0.0.1"]

        guard = Guard(allowed=frozenset({"127.0.0.1"}), resolve=resolve)
        with pytest.raises(NotSent):
            await outward(believing, guard).post(endpoint.url(host=ELSEWHERE), b"", {})
    assert len(endpoint.requests) == 1


async def test_redirects_are_not_followed_and_answers_not_read_to_the_end() -> None:
    async with an_endpoint() as (endpoint, believing):
        endpoint.status, endpoint.headers = 302, f"location: {endpoint.url('/other')}\r\n"
        endpoint.answer = b"x" * 100_000
        answered = await outward(believing).post(endpoint.url(), b"", {})
    assert (answered.status, len(answered.text)) == (302, 1024)
    assert len(endpoint.requests) == 1


async def test_who_does_not_answer_is_not_waited_for() -> None:
    async with an_endpoint() as (endpoint, believing):
        with pytest.raises(NotSent, match="no answer in time"):
            await outward(believing, timeout=0.2).post(endpoint.url("/slow"), b"", {})
