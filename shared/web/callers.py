"""Callers kept in memory, for the paths that are asked all the time.

One rule: what is known here proves nothing. Whoever lets somebody do something by it proves in the
same statement that it is still so (`PROOF_OF_CALLER`), and where it is not, asks the directory.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from shared.identity.listed import Person, SignInClaims, caller
from shared.identity.tokens import NoToken
from shared.web.ground import Ground

MOST = 8192
"""Beyond so many all are forgotten, and learnt again as they call."""

PROOF_OF_CALLER = """
SELECT p.person_id FROM known_people AS p
JOIN known_sign_ins AS s ON s.person_id = p.person_id
LEFT JOIN known_tenants AS t ON t.tenant_id = p.tenant_id
WHERE p.person_id = $1 AND p.sequence = $2 AND coalesce(t.sequence, 0) = $3
    AND s.issuer = $4 AND s.subject = $5
FOR SHARE OF p
"""
"""No row: something has been said of them since. They stay who they are until the commit."""


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """Somebody who has called before, and what it rests on."""

    person: Person
    claims: SignInClaims
    sequence: int
    tenant_sequence: int

    @property
    def proof(self) -> tuple[object, ...]:
        """The parameters of `PROOF_OF_CALLER`."""
        return (
            self.person.person_id,
            self.sequence,
            self.tenant_sequence,
            self.claims.issuer,
            self.claims.subject,
        )


class KnownCallers:
    """Those who have called this process."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._known: dict[SignInClaims, KnownCaller] = {}

    async def calling(self, request: Request) -> KnownCaller:
        """Who calls by this request; the directory is asked where they are not known yet.

        Raises what endpoints' `Me` raises.
        """
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise NoToken
        claims = await self._ground.verifier.claims(token)
        return self._known.get(claims) or await self._learn(claims)

    def forget(self, known: KnownCaller) -> None:
        """What was known of them holds no longer."""
        self._known.pop(known.claims, None)

    async def _learn(self, claims: SignInClaims) -> KnownCaller:
        async with self._ground.database.transaction() as session:
            listed = await self._ground.directory(session, claims, self._ground.clock())
        person = caller(claims, listed)
        assert listed is not None  # else `caller` has refused
        known = KnownCaller(person, claims, listed.sequence, listed.tenant_sequence)
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[claims] = known
        return known
