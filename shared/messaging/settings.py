"""All times and limits of messaging in one place, so that tests run with tenths of them."""

from __future__ import annotations

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class MessagingSettings(BaseSettings):
    """Seconds, unless said otherwise. The environment says `PARVIS_MESSAGING_…`."""

    model_config = SettingsConfigDict(env_prefix="PARVIS_MESSAGING_", frozen=True)

    relay_batch: int = 300
    """Rows of the outbox in one go."""
    relay_in_flight: int = 128
    """Subjects of which one message each may be unconfirmed."""
    relay_poll: float = 1.0
    """Beneath LISTEN, whose connection can die silently; also how often a stand-by relay tries."""
    relay_idle_timeout: float = 30.0
    """A relay that stands still for so long loses its transaction, and another takes over."""
    backoff_first: float = 0.2
    backoff_longest: float = 30.0

    publish_timeout: float = 5.0
    heartbeat: int = 10
    prefetch: int = 200
    drain: float = 20.0
    """How long what is being worked on may take to end when the worker stops."""

    reaction_timeout: float = 5.0
    reactions_at_once: int = 4
    """Transactions of one worker that are open at the same time while all goes well."""
    batch: int = 16
    """Reactions, each to another subject, that share one commit when more come than can be done."""
    batch_timeout: float = 1.0
    """A batch that takes longer is undone, and each of its events is dealt with alone."""
    retries_in_process: tuple[float, ...] = (0.05, 0.2, 0.8)
    """For serialization, deadlocks and connection trouble, before anything is written down."""
    waiting_ladder: tuple[float, ...] = (10.0, 60.0, 600.0, 3600.0)
    """How long an event waits after each failure; after the last one it is parked."""
    waiting_poll: float = 1.0
    timers_poll: float = 1.0
    timers_at_once: int = 4
    remembered_days: float = 30.0
    prune_every: float = 3600.0
    prune_batch: int = 1000
    measure_every: float = 5.0
    count_dead_every: float = 30.0
    """Each count is a connection of its own to the broker."""

    max_length: int = 1_000_000
    """Messages that a queue takes before it refuses more."""
    delivery_limit: int = 20
    audit_days: int = 7
    audit_retry: float = 60.0
    """How long until a stream that was away is looked for again."""

    @field_validator("*")
    @classmethod
    def nothing_is_below_nothing(cls, value: float | tuple[float, ...]) -> object:
        """Each is a time, a number of things, or a ladder of times."""
        if any(each <= 0 for each in (value if isinstance(value, tuple) else (value,))):
            raise ValueError("it must be above 0")
        return value
