"""What is looked up once in a transaction, and anew in the next."""

from collections.abc import Collection

from shared.remembering import each_found_once, found_once
from tests.visitors.park import Park


async def test_a_transaction_looks_it_up_once_and_the_next_one_anew(park: Park) -> None:
    asked = []

    async def find() -> int:
        asked.append(1)
        return len(asked)

    for expected in (1, 2):
        async with park.ground.database.transaction() as session:
            found = [await found_once(session, "answer", find) for _ in range(3)]
        assert found == [expected] * 3
    async with park.ground.database.transaction() as session:
        assert await found_once(session, "another", find) == 3


async def test_of_many_only_those_are_looked_up_that_nobody_asked_for_yet(park: Park) -> None:
    asked: list[set[int]] = []

    async def squares(numbers: Collection[int]) -> dict[int, int]:
        asked.append(set(numbers))
        return {number: number * number for number in numbers}

    async with park.ground.database.transaction() as session:
        assert await each_found_once(session, "squares", {2, 3}, squares) == {2: 4, 3: 9}
        assert await each_found_once(session, "squares", [3, 4], squares) == {3: 9, 4: 16}
        assert await each_found_once(session, "squares", {2, 4}, squares) == {2: 4, 4: 16}
    assert asked == [{2, 3}, {4}]
