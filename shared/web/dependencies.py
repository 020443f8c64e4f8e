"""What endpoints ask for: the session of their transaction, the caller, and the time.

One rule: the transaction commits *before* the answer is sent, so that a 2xx is a promise.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from shared.identity.listed import Person, SignInClaims, caller
from shared.identity.tokens import NoToken
from shared.web.ground import ground_of

_bearer = HTTPBearer(
    auto_error=False, bearerFormat="JWT", description="An access token of the park's issuer."
)


async def now(request: Request) -> datetime:
    """The present instant, by the service's clock."""
    return ground_of(request).clock()


Now = Annotated[datetime, Depends(now)]


async def transaction(request: Request) -> AsyncIterator[AsyncSession]:
    """The transaction of this request."""
    async with ground_of(request).database.transaction() as session:
        yield session


Session = Annotated[AsyncSession, Depends(transaction, scope="function")]


async def claims(
    request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> SignInClaims:
    """What the caller's token proves. Raises `NoToken`, `TokenNotAccepted`."""
    if bearer is None:
        raise NoToken
    return await ground_of(request).verifier.claims(bearer.credentials)


WhoeverSignsIn = Annotated[SignInClaims, Depends(claims)]


async def me(request: Request, signed: WhoeverSignsIn, session: Session, at: Now) -> Person:
    """The person who calls. Raises `NotListed`, `NoLongerListed`, `OfAnotherTenant`."""
    return caller(signed, await ground_of(request).directory(session, signed, at))


Me = Annotated[Person, Depends(me)]
