"""Controllers: the boxes that ask for decisions, known by keys of which only digests are kept.

One rule: a read is identified by (controller, epoch, sequence). A replaced device counts from 1
again, so it gets a new epoch.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary
from sqlalchemy.orm import relationship
from sqlmodel import Field, Relationship

from services.access.database import UTC_TIME, AccessTable
from shared.errors import Conflict, NotFound
from shared.identity.devices import NewDeviceKey


class NoSuchController(NotFound):
    """There is no such controller here."""


class ControllerCodeTaken(Conflict):
    """Another controller has this code; choose another one."""


class NoSuchControllerKey(NotFound):
    """This controller has no such key."""


class ControllerKeyHasEnded(Conflict):
    """This key does not count any more."""


class Controller(AccessTable, table=True):
    """A box that drives a few doors and speaks for them."""

    __tablename__ = "controllers"

    controller_id: UUID = Field(default_factory=uuid4, primary_key=True)
    code: str = Field(unique=True)
    name: str
    epoch: int = 1
    """Counts the devices that have stood in this place."""
    epoch_began_at: datetime = Field(sa_type=UTC_TIME)
    listed_at: datetime = Field(sa_type=UTC_TIME)

    def begin_epoch(self, *, at: datetime) -> None:
        """The device was replaced: its numbers restart."""
        self.epoch += 1
        self.epoch_began_at = at

    def add_key(self, key: NewDeviceKey, *, at: datetime) -> ControllerKey:
        return ControllerKey(
            key_id=key.key_id,
            controller_id=self.controller_id,
            secret_digest=key.digest,
            made_at=at,
            revocation=None,
        )


class RevokedKey(AccessTable, table=True):
    """A key that was taken back. It has a table of its own because the release before reads all
    columns of the other by one prepared statement, which another column would break.
    """

    __tablename__ = "revoked_controller_keys"

    key_id: str = Field(primary_key=True, foreign_key="controller_keys.key_id")
    revoked_at: datetime = Field(sa_type=UTC_TIME)


class ControllerKey(AccessTable, table=True):
    """A key that the controller's device holds; SHA-256 of its secret, never the secret."""

    __tablename__ = "controller_keys"

    key_id: str = Field(primary_key=True)
    controller_id: UUID = Field(foreign_key="controllers.controller_id", index=True)
    secret_digest: bytes = Field(sa_type=LargeBinary)
    made_at: datetime = Field(sa_type=UTC_TIME)
    ends_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    revocation: RevokedKey | None = Relationship(
        sa_relationship=relationship("RevokedKey", lazy="joined", uselist=False)
    )

    @property
    def revoked_at(self) -> datetime | None:
        """A key that was revoked counts nowhere, whatever the clock of whoever is asked says."""
        return None if self.revocation is None else self.revocation.revoked_at

    def retire(self, *, at: datetime, overlap: timedelta) -> None:
        """A newer key was made: this one counts for the overlap and no longer."""
        end = at + overlap
        self.ends_at = end if self.ends_at is None else min(self.ends_at, end)

    def revoke(self, *, at: datetime) -> None:
        """It may be in wrong hands: it counts no more. Raises `ControllerKeyHasEnded`."""
        if not self.counts_at(at):
            raise ControllerKeyHasEnded
        self.ends_at = at
        self.revocation = RevokedKey(key_id=self.key_id, revoked_at=at)

    def counts_at(self, at: datetime) -> bool:
        return self.revoked_at is None and (self.ends_at is None or at < self.ends_at)
