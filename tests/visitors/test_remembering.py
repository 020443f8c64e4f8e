"""What is looked up once in a transaction, and anew in the next."""

from shared.remembering import found_once
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
