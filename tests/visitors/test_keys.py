"""Key files of visitors: replaced while it serves, and what the old ones made stays good."""

from io import BytesIO
from typing import Any

import zxingcpp
from PIL import Image

from shared.keys import drop_old_keys, rotate_key
from tests.visitors.answers.test_answers import links_to
from tests.visitors.park import DESK, Park, work
from tests.visitors.webhooks.test_webhooks import a_hook, deliveries


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
