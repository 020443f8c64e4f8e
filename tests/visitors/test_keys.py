"""Key files of visitors: replaced while it serves, and what the old ones made stays good."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from standardwebhooks import Webhook as Verifier

from services.visitors.cli import RENEWALS
from services.visitors.notices.store import find_channel
from services.visitors.passes.domain import digest_of
from services.visitors.renewing.commands import renew_passes
from services.visitors.service import SERVICE
from services.visitors.surroundings import surroundings_of
from shared.keys import drop_old_keys, read_keys, rotate_key
from shared.rotating import drop, renew
from tests.visitors.answers.test_answers import links_to
from tests.visitors.notices.test_channels import SLACK
from tests.visitors.notices.test_channels import put as put_channel
from tests.visitors.park import DESK, FATIMA, Park, work
from tests.visitors.series.test_series import a_series
from tests.visitors.webhooks.test_webhooks import a_hook, admin, deliveries, path_of


async def status_of(park: Park, path: str) -> int:
    return (await park.http.get(path)).status_code


async def shown_pass(park: Park, visit: dict[str, Any]) -> str:
    """The token in the picture, or the code of the refusal."""
    url = f"/v1/visits/{visit['visit_id']}/pass"
    answer = await park.http.get(url, headers=park.as_(DESK))
    if answer.status_code != 200:
        return str(answer.json()["code"])
    (read,) = zxingcpp.read_barcodes(Image.open(BytesIO(answer.content)))
    return str(read.text)


async def test_links_in_mails_stay_good_while_their_key_is_there(park: Park) -> None:
    keys = park.ground.settings.keys_dir
    await park.a_visit()
    (old, *_) = await links_to(park)
    rotate_key(keys, "link")
    await park.a_visit(visitor={"email": "new@visitor.example"})
    (new, *_) = await links_to(park, "new@visitor.example")
    assert [await status_of(park, each) for each in (old, new)] == [200, 200]
    drop_old_keys(keys, "link")
    assert [await status_of(park, each) for each in (old, new)] == [404, 200]


async def test_passes_are_shown_again_while_their_key_is_there(park: Park) -> None:
    keys = park.ground.settings.keys_dir
    old = await park.a_visit()
    token = await shown_pass(park, old)
    rotate_key(keys, "pass")
    new = await park.a_visit()
    assert await shown_pass(park, old) == token
    await park.send_notices()
    assert len(park.mails(to="camille@visitor.example")) == 2
    drop_old_keys(keys, "pass")
    assert await shown_pass(park, old) == "pass_key_changed"
    assert len(await shown_pass(park, new)) == len(token)


async def test_what_tenants_entrusted_is_opened_while_its_key_is_there(park: Park) -> None:
    keys = park.ground.settings.keys_dir
    async with a_hook(park) as (made, endpoint, worker):
        for replace_key in (rotate_key, drop_old_keys):
            replace_key(keys, "seal")
            await park.a_visit()
            await work(worker)
        (taken, lost) = sorted(await deliveries(park, made), key=lambda each: each["status"])
    assert (taken["status"], lost["status"]) == ("delivered", "queued")
    assert len(endpoint.requests) == 1
    assert lost["attempts"][-1]["reply"].startswith("the key that sealed its secret is gone")


async def a_channel(park: Park) -> None:
    answer = await put_channel(park)
    assert answer.status_code in {200, 201}, answer.text


async def sealed(park: Park) -> list[bytes]:
    """All that is."""
    rows = await park.query(
        "SELECT secret AS sealed FROM webhooks UNION ALL SELECT former_secret FROM webhooks"
        " UNION ALL SELECT address FROM notice_channels"
    )
    return [row.sealed for row in rows]


async def test_what_is_sealed_anew_is_opened_without_the_old_key(park: Park) -> None:
    park.now = datetime.now(UTC).replace(microsecond=0)  # who verifies has a clock, too
    keys = park.ground.settings.keys_dir
    await a_channel(park)
    async with a_hook(park) as (made, endpoint, worker):
        turned = await park.http.post(path_of(park, made, "rotate-secret"), headers=admin(park))
        rotate_key(keys, "seal")
        before = await sealed(park)
        assert await RENEWALS["seal"].left(park.ground) == 3
        assert await RENEWALS["seal"].renew(park.ground) == "3 secrets are sealed anew"
        drop_old_keys(keys, "seal")
        after = await sealed(park)
        assert await RENEWALS["seal"].renew(park.ground) == "0 secrets are sealed anew"
        assert await sealed(park) == after
        await park.a_visit()
        await work(worker)
    assert not set(before) & set(after)
    ((headers, body),) = endpoint.requests
    for secret in (made["secret"], turned.json()["secret"]):
        Verifier(secret).verify(body, headers)
    async with park.ground.database.transaction() as session:
        channel = await find_channel(session, park.tenant_id, "desk")
        assert channel is not None
        assert channel.leads_to(surroundings_of(session).seal) == SLACK


async def test_what_no_key_opens_is_told_and_left_as_it_is(park: Park) -> None:
    keys = park.ground.settings.keys_dir
    await a_channel(park)
    rotate_key(keys, "seal")
    drop_old_keys(keys, "seal")
    async with a_hook(park):
        before = await sealed(park)
        rotate_key(keys, "seal")
        with pytest.raises(SystemExit, match=r"^1 secrets are sealed anew, 1 no key opens"):
            await RENEWALS["seal"].renew(park.ground)
        assert len(set(before) & set(await sealed(park))) == 2  # the lost one, and none
    assert await RENEWALS["seal"].left(park.ground) == 0


async def test_after_a_theft_every_live_pass_is_made_anew_and_mailed_once(park: Park) -> None:
    keys = park.ground.settings.keys_dir
    here, coming, gone = [await park.a_visit() for _ in range(3)]
    await park.do(here, "check-in")
    for action in ("check-in", "check-out"):
        await park.do(gone, action)
    days = (await a_series(park))["days"]
    await park.send_notices()
    before = await digests(park)
    told = len(park.mails())
    rotate_key(keys, "pass")
    new = await park.a_visit()
    assert await RENEWALS["pass"].left(park.ground) == 2 + len(days)
    for count in (3, 0):
        said = await RENEWALS["pass"].renew(park.ground)
        assert said == f"{count} passes are made anew; the former ones open nothing any more"
        assert await RENEWALS["pass"].left(park.ground) == 0
    after = await digests(park)
    same = {visit for visit in before if before[visit] == after[visit]}
    assert same == {gone["visit_id"]}
    assert after[new["visit_id"]] == new["visitor_pass"]["digest"]
    for visit in (here, coming, *days):
        facts = await park.last_facts(visit)
        assert facts["visitor_pass"]["digest"] == after[visit["visit_id"]]
        assert (await park.announced(visit))[-1] == "pass_rotated"
    await park.send_notices()
    assert len(park.mails()) == told + 3 + 1
    drop_old_keys(keys, "pass")
    assert digest_of(await shown_pass(park, coming)) == after[coming["visit_id"]]


async def digests(park: Park) -> dict[str, str]:
    rows = await park.query("SELECT id, pass_digest FROM visits")
    return {str(row.id): row.pass_digest for row in rows}


async def test_a_pass_that_security_took_away_is_not_given_back(park: Park) -> None:
    visit = await park.a_visit()
    url = f"/v1/visits/{visit['visit_id']}/pass/revoke"
    assert (await park.http.post(url, headers=park.as_(FATIMA, "security"))).status_code == 200
    before = await digests(park)
    rotate_key(park.ground.settings.keys_dir, "pass")
    assert await renew_passes(park.ground.database, at=park.now) == 0
    assert await digests(park) == before
    assert (await park.last_facts(visit))["visitor_pass"] is None


@pytest.mark.parametrize("name", ["seal", "pass"])
async def test_an_old_key_goes_when_nothing_needs_it(
    park: Park, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = park.ground.settings.keys_dir
    await a_channel(park)
    await park.a_visit()
    rotate_key(keys, name)
    with pytest.raises(SystemExit, match=f"^1 things need an old key of {name}.key"):
        await drop(SERVICE, name)(park.ground)
    assert len(read_keys(keys, name)) == 2
    await renew(SERVICE, name)(park.ground)
    await drop(SERVICE, name)(park.ground)
    assert len(read_keys(keys, name)) == 1
    assert capsys.readouterr().out.endswith(f"1 old keys are gone from {name}.key\n")
