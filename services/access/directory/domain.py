"""The directory: which companies are in the park, who works there, and how they sign in.

Pure rules: no session, no clock, no network. One rule: whoever is delisted is nobody.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, Index, String, Uuid, text
from sqlmodel import Field

from services.access.card_formats import CardFormat
from services.access.database import UTC_TIME, AccessTable, one_of
from shared.errors import Conflict, NotFound
from shared.events.directory import (
    DelistingReason,
    Language,
    PersonDelisted,
    PersonFacts,
    PersonListed,
    SignIn,
    TenantDelisted,
    TenantFacts,
    TenantListed,
)


class NoSuchTenant(NotFound):
    """There is no such tenant here."""


class NoSuchPerson(NotFound):
    """There is no such person here."""


class NoSuchSuccessor(Conflict):
    """The successor must be a listed person of the same tenant."""


class AddressTaken(Conflict):
    """This e-mail address cannot be used here; choose another one or ask the park's operator."""


class AlreadyDelisted(Conflict):
    """This person has already left the directory."""


class NumberTaken(Conflict):
    """Somebody of this company has that number already; each person has a number of their own."""


class TenantHasLeft(Conflict):
    """This company has already left the park."""


class LandlordStays(Conflict):
    """The park's landlord cannot be delisted."""


class NoMoveByEdit(Conflict):
    """Nobody moves to another company by an edit: delist them here and list them there."""


class Tenant(AccessTable, table=True):
    """A company of the park, or its landlord."""

    __tablename__ = "tenants"
    __table_args__ = (
        Index(
            "tenants_one_landlord_key",
            "is_landlord",
            unique=True,
            postgresql_where=text("is_landlord AND is_listed"),
        ),
        one_of("card_format", CardFormat),
    )

    tenant_id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str
    is_landlord: bool = False
    language: Language = Field(sa_type=String)
    desk_address: str | None = None
    zone_ids: list[UUID] = Field(default_factory=list, sa_type=ARRAY(Uuid))
    card_format: CardFormat = Field(default=CardFormat.H10301, sa_type=String)
    """What its people's cards have, where a door's reader serves several tenants."""
    is_listed: bool = True
    listed_at: datetime = Field(sa_type=UTC_TIME)
    delisted_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})

    def rent(self, zone_id: UUID) -> TenantListed:
        """A zone of the park is theirs from now on."""
        self.zone_ids = [*self.zone_ids, zone_id]
        self.version += 1
        return self.listed()

    def give_up(self, zone_id: UUID) -> TenantListed:
        """A zone is theirs no more."""
        self.zone_ids = [each for each in self.zone_ids if each != zone_id]
        self.version += 1
        return self.listed()

    def edit(
        self, *, name: str, language: Language, desk_address: str | None
    ) -> TenantListed | None:
        """What it is called, how it reads, where its desk is; None where it is so already."""
        if not self.is_listed:
            raise TenantHasLeft
        before = self.facts()
        self.name, self.language, self.desk_address = name, language, desk_address
        if self.facts() == before:
            return None
        self.version += 1
        return self.listed()

    def delist(self, *, at: datetime) -> TenantDelisted:
        """They move out: its people are nobody here from now on, its zones are given back."""
        if not self.is_listed:
            raise TenantHasLeft
        if self.is_landlord:
            raise LandlordStays
        self.is_listed, self.delisted_at, self.zone_ids = False, at, []
        self.version += 1
        return TenantDelisted(tenant=self.facts())

    def listed(self) -> TenantListed:
        return TenantListed(tenant=self.facts())

    def facts(self) -> TenantFacts:
        return TenantFacts(
            tenant_id=self.tenant_id,
            name=self.name,
            is_landlord=self.is_landlord,
            language=self.language,
            desk_address=self.desk_address,
            zone_ids=tuple(self.zone_ids),
            is_listed=self.is_listed,
        )


@dataclass(frozen=True)
class PersonChanges:
    """All that an edit may change of a person."""

    given_name: str
    family_name: str
    email: str
    phone: str | None
    language: Language
    external_id: str | None


class Person(AccessTable, table=True):
    """Somebody who works in the park, with a home tenant."""

    __tablename__ = "people"
    __table_args__ = (
        Index("people_email_key", "email", unique=True, postgresql_where=text("is_listed")),
        Index("people_tenant_id_idx", "tenant_id", "family_name", "given_name", "person_id"),
        Index(
            "people_external_id_key",
            "tenant_id",
            "external_id",
            unique=True,
            postgresql_where=text("is_listed AND external_id IS NOT NULL"),
        ),
        one_of("delisting_reason", DelistingReason),
    )

    person_id: UUID = Field(default_factory=uuid4, primary_key=True)
    tenant_id: UUID = Field(foreign_key="tenants.tenant_id")
    given_name: str
    family_name: str
    email: str
    """In lower case; one listed person has it."""
    phone: str | None = None
    language: Language = Field(sa_type=String)
    external_id: str | None = None
    """The company's own number for them: it finds them also when their address has changed."""
    successor_id: UUID | None = Field(default=None, foreign_key="people.person_id")
    needs_extended_time: bool = False
    """Doors stay released and open for longer."""
    needs_help: bool = False
    """In an evacuation somebody looks after them first."""
    is_listed: bool = True
    listed_at: datetime = Field(sa_type=UTC_TIME)
    delisted_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    delisting_reason: DelistingReason | None = Field(default=None, sa_type=String)
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})

    def edit(self, changes: PersonChanges) -> bool:
        """Names, address, phone, language, number; whether any of it was another before.

        Raises `AlreadyDelisted`.
        """
        if not self.is_listed:
            raise AlreadyDelisted
        new = asdict(changes)
        if all(getattr(self, name) == value for name, value in new.items()):
            return False
        for name, value in new.items():
            setattr(self, name, value)
        self.version += 1
        return True

    def delist(
        self,
        *,
        reason: DelistingReason,
        successor: Person | None,
        accounts: tuple[SignIn, ...],
        at: datetime,
    ) -> PersonDelisted:
        """They leave: badges and accounts are dead; a successor takes over what they had."""
        if not self.is_listed:
            raise AlreadyDelisted
        if successor is not None and not self.may_hand_over_to(successor):
            raise NoSuchSuccessor
        self.is_listed = False
        self.delisted_at = at
        self.delisting_reason = reason
        self.successor_id = None if successor is None else successor.person_id
        self.version += 1
        return self.delisted(reason, accounts)

    def delisted(self, reason: DelistingReason, accounts: tuple[SignIn, ...]) -> PersonDelisted:
        return PersonDelisted(person=self.facts(accounts), reason=reason)

    def may_hand_over_to(self, other: Person) -> bool:
        return (
            other.is_listed
            and other.tenant_id == self.tenant_id
            and other.person_id != self.person_id
        )

    def listed(self, accounts: tuple[SignIn, ...] = ()) -> PersonListed:
        return PersonListed(person=self.facts(accounts))

    def facts(self, accounts: tuple[SignIn, ...]) -> PersonFacts:
        return PersonFacts(
            person_id=self.person_id,
            tenant_id=self.tenant_id,
            given_name=self.given_name,
            family_name=self.family_name,
            email=self.email,
            phone=self.phone,
            language=self.language,
            sign_in=accounts,
            successor_id=self.successor_id,
            is_listed=self.is_listed,
        )


class Account(AccessTable, table=True):
    """One account of a person at an identity provider (OpenID Connect `iss` and `sub`)."""

    __tablename__ = "sign_ins"

    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="people.person_id", index=True)
    linked_at: datetime = Field(sa_type=UTC_TIME)
