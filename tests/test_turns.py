"""Places for pages: one address cannot take them all."""

from __future__ import annotations

import asyncio

from publisher.turns import Turns


def test_the_address_that_holds_least_is_next() -> None:
    async def run() -> list[str]:
        turns, order = Turns(2), []

        async def work(client: str) -> None:
            await turns.enter(client)
            order.append(client)
            await asyncio.sleep(0)
            turns.leave(client)

        await asyncio.gather(*(work(client) for client in "aaaaabab"))
        return order

    assert asyncio.run(run()) == list("aababaaa")


def test_whoever_gives_up_holds_no_place() -> None:
    async def run() -> bool:
        turns = Turns(1)
        await turns.enter("a")
        waiting, late = (asyncio.create_task(turns.enter("b")) for _ in range(2))
        await asyncio.sleep(0)
        waiting.cancel()  # while it waits
        await asyncio.sleep(0)
        turns.leave("a")
        late.cancel()  # when its turn has come already
        await asyncio.gather(waiting, late, return_exceptions=True)
        await asyncio.wait_for(turns.enter("c"), 1)
        return True

    assert asyncio.run(run()), "the place is free"
