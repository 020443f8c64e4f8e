"""The demo: the example park is opened, and a working day is played and told step by step."""

import time
from collections.abc import Awaitable, Callable

import httpx
from rich.console import Console
from rich.markup import escape

from deploy.local.callers import Surprise
from deploy.local.day import Stage, Step, play, tidy_up
from deploy.local.embedded import EmbeddedPark
from deploy.local.opening import open_the_park
from deploy.local.park import THE_PARK


class Teller:
    """Prints each step as it happens."""

    def __init__(
        self, console: Console, *, after_each: Callable[[Step], None] | None = None
    ) -> None:
        self.console, self.after_each = console, after_each
        self.steps: list[Step] = []

    def __call__(self, step: Step) -> None:
        self.steps.append(step)
        took = f"{step.milliseconds:7.0f} ms"
        line = f"{took}  [bold]{escape(step.who)}[/bold] {escape(step.what)}"
        self.console.print(f"{line}: [green]{escape(step.outcome)}[/green]", soft_wrap=True)
        if self.after_each is not None:
            self.after_each(step)


async def play_the_day(park: EmbeddedPark, *, console: Console) -> int:
    """Opens the park and plays the day; 0 if all went as expected, else 1."""
    return await tell_the_day(
        lambda client: open_the_park(park, client=client),
        at=park.base_url,
        log=f"The log is {park.files.log}.",
        console=console,
    )


async def tell_the_day(
    opens: Callable[[httpx.AsyncClient], Awaitable[Stage]],
    *,
    at: str,
    log: str,
    console: Console,
    transport: httpx.AsyncBaseTransport | None = None,
    after_each_step: Callable[[Step], None] | None = None,
    story: Callable[[Stage], Awaitable[None]] = play,
) -> int:
    """Plays the day, or another story, on what `opens` gives, and tells each step; `log` says where
    to look where it went otherwise.
    """
    began = time.perf_counter()
    teller = Teller(console, after_each=after_each_step)
    console.print(f"[bold]{escape(THE_PARK.name)}[/bold] at {at}\n")
    async with httpx.AsyncClient(timeout=30, transport=transport) as client:
        try:
            stage = await opens(client)
            took = (time.perf_counter() - began) * 1000
            listed = f"{len(THE_PARK.tenants)} companies, {len(THE_PARK.people)} people"
            teller(Step(OPERATOR_NAME, "opens the park", listed, took))
            stage.report = teller
            await tidy_up(stage)
            await story(stage)
        except Surprise as surprise:
            console.print(
                f"\n[bold red]Otherwise than expected:[/bold red] {escape(str(surprise))}"
            )
            console.print(log)
            return 1
    seconds = time.perf_counter() - began
    console.print(f"\nThe day went as expected: {len(teller.steps)} steps in {seconds:.1f} s.")
    return 0


OPERATOR_NAME = f"{THE_PARK.examples['operator'].display_name}, operator"
