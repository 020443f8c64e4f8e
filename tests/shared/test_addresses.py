"""Which line of a file of addresses is tried, and when the next one is."""

import os
from pathlib import Path

import pytest

from shared.addresses import Addresses, WrongAddress

PLACE = "postgresql://access:{}@db/access"
OLD, NEW = PLACE.format("old"), PLACE.format("new")


class Refused(Exception):
    """The user or the password is wrong."""


class Server:
    """Lets in whoever comes by one address, and remembers all who came."""

    def __init__(self, *, lets_in: str) -> None:
        self.lets_in = lets_in
        self.came: list[str] = []

    async def open(self, url: str) -> str:
        self.came.append(url)
        if url != self.lets_in:
            raise Refused
        return url


async def connect(addresses: Addresses, server: Server) -> str:
    return await addresses.connect(server.open, refused=Refused)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "parvis_database_url"


def of_file(file: Path, *lines: str) -> Addresses:
    file.write_text("\n".join(lines))
    return Addresses(file.read_text(), file=file)


async def test_a_password_is_changed_in_three_steps_and_no_connection_fails(file: Path) -> None:
    addresses, server = of_file(file, OLD), Server(lets_in=OLD)
    assert await connect(addresses, server) == OLD
    file.write_text(f"{NEW}\n{OLD}\n")
    assert await connect(addresses, server) == OLD
    server.lets_in = NEW
    assert await connect(addresses, server) == NEW
    file.write_text(NEW)
    server.came.clear()
    assert await connect(addresses, server) == NEW
    assert server.came == [NEW]


async def test_lines_are_tried_from_the_newest_and_only_as_far_as_needed(file: Path) -> None:
    server = Server(lets_in=NEW)
    await connect(of_file(file, NEW, OLD), server)
    assert server.came == [NEW]


async def test_only_a_refusal_leads_to_the_next_line(file: Path) -> None:
    tried: list[str] = []

    async def away(url: str) -> None:
        tried.append(url)
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        await of_file(file, NEW, OLD).connect(away, refused=Refused)
    assert tried == [NEW]


@pytest.mark.parametrize("written", [NEW[:length] for length in range(len(NEW))] + ["\x00", "\n\n"])
async def test_a_file_that_is_half_written_breaks_nothing(file: Path, written: str) -> None:
    addresses, server = of_file(file, OLD), Server(lets_in=OLD)
    await connect(addresses, server)
    file.write_text(written)
    server.came.clear()
    assert await connect(addresses, server) == OLD
    assert server.came == [OLD]


async def test_what_worked_last_is_tried_after_all_that_is_written(file: Path) -> None:
    addresses, server = of_file(file, OLD), Server(lets_in=OLD)
    await connect(addresses, server)
    file.write_text(f"{NEW}\n")  # the second line is not written yet
    assert await connect(addresses, server) == OLD


async def test_a_file_that_is_gone_or_closed_breaks_nothing(file: Path) -> None:
    addresses, server = of_file(file, OLD), Server(lets_in=OLD)
    file.unlink()
    assert await connect(addresses, server) == OLD
    file.write_bytes(b"\xff\xfe")
    assert await connect(addresses, server) == OLD


async def test_a_file_may_be_replaced_where_that_is_seen(file: Path, tmp_path: Path) -> None:
    addresses, server = of_file(file, OLD), Server(lets_in=NEW)
    (tmp_path / "next").write_text(NEW)
    os.replace(tmp_path / "next", file)
    assert await connect(addresses, server) == NEW


async def test_a_line_that_comes_while_others_are_tried_is_tried_too(file: Path) -> None:
    addresses, server = of_file(file, OLD), Server(lets_in=NEW)

    async def open_(url: str) -> str:
        file.write_text(f"{NEW}\n{OLD}\n")
        return await server.open(url)

    assert await addresses.connect(open_, refused=Refused) == NEW


async def test_a_password_may_change_between_two_tries(file: Path) -> None:
    addresses, server = of_file(file, NEW, OLD), Server(lets_in=OLD)

    async def open_(url: str) -> str:
        if url == OLD:
            server.lets_in = NEW  # just before
        return await server.open(url)

    assert await addresses.connect(open_, refused=Refused) == NEW


@pytest.mark.parametrize(("lines", "tries"), [([OLD], 1), ([NEW, OLD], 4)])
async def test_who_is_refused_on_all_lines_is_told(
    file: Path, lines: list[str], tries: int
) -> None:
    server = Server(lets_in="nothing")
    with pytest.raises(Refused):
        await connect(of_file(file, *lines), server)
    assert len(server.came) == tries


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "it is empty"),
        ([OLD, "postgresql://access:new@elsewhere/access"], "one server"),
        (["amqp://access:a@mq/park", "amqp://booking:a@mq/park"], "one server"),
    ],
)
def test_a_start_takes_no_lines_that_cannot_be_meant(lines: list[str], said: str) -> None:
    with pytest.raises(WrongAddress, match=said):
        Addresses("\n".join(lines))


async def test_a_role_may_take_over_from_another() -> None:
    both = f"{NEW}\npostgresql://access_before:old@db/access"
    server = Server(lets_in="postgresql://access_before:old@db/access")
    assert await connect(Addresses(both), server) == server.lets_in


def test_nobody_reads_a_password_by_accident() -> None:
    assert "old" not in f"{Addresses(OLD)!r} {Addresses(OLD)}"
