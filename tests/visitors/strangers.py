"""Every route of visitors, and how those are answered whom Acme's things do not concern."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from shared.identity.listed import Role
from tests.visitors.park import DRISS, FATIMA, OTHER_DESK
from tests.visitors.secrets import CHADIA, EVERY_ROLE, WALL, Secrets

Refused = tuple[int, str]
Said = Callable[[Secrets], dict[str, Any]]
ANSWERED: Refused = (200, "")
"""With what is the asker's own."""


@dataclass(frozen=True)
class Try:
    """One way to ask, and how strangers are answered."""

    refused: Refused = ANSWERED
    body: Said | None = None
    params: Said | None = None
    headers: Said | None = None
    desk: Refused | None = None
    """Another company's reception and admin, where they are answered otherwise."""
    colleague: Refused | None = None
    on_own: bool = False
    """By another company's reception alone, at the address of what is theirs."""

    def to(self, stranger: str) -> Refused:
        if stranger == "desk":
            return self.desk or self.refused
        return (self.colleague if stranger == "colleague" else None) or self.refused


def _host(secrets: Secrets) -> dict[str, Any]:
    return {"host_id": secrets.one("person_id")}


def _visits(secrets: Secrets) -> dict[str, Any]:
    return {"visit_ids": secrets.ids["visit_id"]}


def _batch(secrets: Secrets, *, step: str) -> dict[str, Any]:
    return _visits(secrets) | {"action": step}


def _typed(_: Secrets, *, q: str) -> dict[str, Any]:
    return {"q": q}


def _times(_: Secrets) -> dict[str, Any]:
    return {"starts_at": "2027-03-01T16:00:00Z", "ends_at": "2027-03-01T17:00:00Z"}


def _visitor(_: Secrets) -> dict[str, Any]:
    return {"visitor": {"given_name": "Ana", "family_name": "Lopez"}}


def _recurring(_: Secrets) -> dict[str, Any]:
    return {"starts_wall": WALL, "minutes": 30, "rrule": "FREQ=DAILY;COUNT=2"}


def _accepted(secrets: Secrets) -> dict[str, Any]:
    return {"document_id": secrets.one("document_id"), "version": 1}


def _document(_: Secrets) -> dict[str, Any]:
    return {"title": {"fr": "x"}, "text": {"fr": "x"}}


def _group(secrets: Secrets) -> dict[str, Any]:
    return {"name": "x", "members": [_visitor(secrets)["visitor"]]}


def _channel(_: Secrets) -> dict[str, Any]:
    return {"address": "https://hooks.slack.com/services/T0/B0/x", "kinds": ["host_told"]}


def _scan(text: Callable[[Secrets], str]) -> Try:
    return Try(DESKS, lambda of: {"text": text(of)}, desk=(404, "scan_not_known"))


def _by_cursor(of: str) -> Try:
    return Try((422, "bad_cursor"), params=lambda secrets: {"cursor": secrets.cursors[of]})


NO_VISIT, NO_TENANT = (404, "no_such_visit"), (404, "no_such_tenant")
NO_HOST, NO_SERIES = (404, "no_such_host"), (404, "no_such_series")
NO_GROUP, NO_VISITOR = (404, "no_such_group"), (404, "no_such_visitor")
DESKS, NOT_YOURS = (403, "only_the_desk"), (403, "not_your_role")
NOT_OWN = (403, "only_your_own_visitors")
PLAIN = Try(NO_VISIT)
AT_DESK = Try(DESKS, desk=ANSWERED)
SEEN = Try(NO_TENANT, colleague=ANSWERED)
RUN = Try(NO_TENANT, colleague=NOT_YOURS)
POLICY: dict[str, Any] = {"admits": "door", "lead_minutes": 5, "grace_minutes": 5}
TABLE: dict[str, list[Try]] = {
    "GET /v1/desk/board": [
        AT_DESK,
        Try(DESKS, params=lambda of: {"since": of.sync}, desk=(422, "bad_cursor")),
    ],
    "GET /v1/desk/board/feed": [
        Try(DESKS, headers=lambda of: {"last-event-id": of.sync}, desk=(422, "bad_cursor"))
    ],
    "POST /v1/visits": [
        Try(NO_HOST, lambda of: _visitor(of) | _times(of) | _host(of), colleague=NOT_OWN),
        Try(NO_HOST, lambda of: of.wish | _host(of), colleague=NOT_OWN),
        Try(
            NO_HOST,
            lambda of: _visitor(of) | _times(of) | {"co_host_ids": [of.one("person_id")]},
            colleague=(201, ""),
        ),
    ],
    "GET /v1/visits": [
        Try(),
        Try(params=lambda of: {"series_id": of.one("series_id")}),
        Try(params=lambda _: {"q": "zeta"}),
        _by_cursor("visits"),
    ],
    "GET /v1/visits/{visit_id}": [PLAIN],
    "PATCH /v1/visits/{visit_id}": [
        Try(NO_VISIT, lambda _: {"plate": "99999-Z-1"}),
        Try(NO_HOST, lambda of: {"co_host_ids": [of.one("person_id")]}, on_own=True),
    ],
    "POST /v1/visits/{visit_id}/submit": [PLAIN],
    "POST /v1/visits/{visit_id}/cancel": [PLAIN],
    "POST /v1/visits/{visit_id}/reschedule": [Try(NO_VISIT, _times)],
    "POST /v1/visits/{visit_id}/acknowledge": [PLAIN],
    "GET /v1/visits/{visit_id}/notices": [PLAIN],
    "POST /v1/visits/{visit_id}/approve": [PLAIN],
    "POST /v1/visits/{visit_id}/refuse": [Try(NO_VISIT, lambda _: {"reason": "x"})],
    "GET /v1/visits/{visit_id}/steps": [
        PLAIN,
        Try(NO_VISIT, params=lambda of: {"cursor": of.cursors["steps"]}),
    ],
    "GET /v1/visits/{visit_id}/pass": [PLAIN],
    "POST /v1/visits/{visit_id}/pass/rotate": [PLAIN],
    "POST /v1/visits/{visit_id}/pass/revoke": [PLAIN],
    "POST /v1/visits/{visit_id}/found": [PLAIN],
    "GET /v1/visits/{visit_id}/badge": [PLAIN],
    "POST /v1/visits/{visit_id}/badge/printed": [PLAIN],
    "GET /v1/tenants/{tenant_id}/badge-template": [SEEN],
    "PUT /v1/tenants/{tenant_id}/badge-template": [
        Try(NO_TENANT, lambda _: {"title": "x"}, colleague=NOT_YOURS)
    ],
    "POST /v1/visits/{visit_id}/check-in": [PLAIN, Try(NO_VISIT, lambda _: {"reason": "x"})],
    "POST /v1/visits/{visit_id}/undo-check-in": [PLAIN],
    "POST /v1/visits/{visit_id}/start-break": [PLAIN],
    "POST /v1/visits/{visit_id}/end-break": [PLAIN],
    "POST /v1/visits/{visit_id}/check-out": [PLAIN],
    "POST /v1/visits/{visit_id}/undo-check-out": [PLAIN],
    "POST /v1/visits/{visit_id}/host": [
        Try(NO_VISIT, _host),
        Try(NO_HOST, _host, on_own=True),
    ],
    "GET /v1/desk/visits/{desk_code}": [Try(DESKS, desk=NO_VISIT)],
    "GET /v1/visits/{visit_id}/conditions": [PLAIN],
    "POST /v1/visits/{visit_id}/acceptances": [
        Try(NO_VISIT, _accepted),
        Try((404, "no_such_document"), _accepted, on_own=True),
    ],
    "POST /v1/visits/{visit_id}/id-seen": [PLAIN],
    "POST /v1/desk/walk-ins": [Try(DESKS, lambda of: _visitor(of) | _host(of), desk=NO_HOST)],
    "POST /v1/desk/batch": [
        Try(DESKS, partial(_batch, step=step), desk=ANSWERED)
        for step in ("check_in", "undo_check_in", "check_out", "undo_check_out")
    ],
    "POST /v1/desk/badges": [Try(DESKS, _visits, desk=ANSWERED)],
    "GET /v1/tenants/{tenant_id}/visit-policy": [SEEN],
    "PUT /v1/tenants/{tenant_id}/visit-policy": [
        Try(NO_TENANT, lambda _: POLICY, colleague=NOT_YOURS)
    ],
    "GET /v1/tenants/{tenant_id}/visit-documents": [SEEN],
    "POST /v1/tenants/{tenant_id}/visit-documents": [
        Try(NO_TENANT, _document, colleague=NOT_YOURS)
    ],
    "PUT /v1/tenants/{tenant_id}/visit-documents/{document_id}": [
        Try(NO_TENANT, _document, colleague=NOT_YOURS),
        Try((404, "no_such_document"), _document, on_own=True),
    ],
    "DELETE /v1/tenants/{tenant_id}/visit-documents/{document_id}": [
        RUN,
        Try((404, "no_such_document"), on_own=True),
    ],
    "GET /v1/me/assistants": [Try()],
    "PUT /v1/me/assistants/{person_id}": [
        Try((404, "no_such_colleague"), colleague=ANSWERED),
    ],
    "DELETE /v1/me/assistants/{person_id}": [Try()],
    "POST /v1/invitations": [
        Try(
            NO_HOST,
            lambda of: {"text": "Ana Lopez"} | _times(of) | _host(of),
            colleague=NOT_OWN,
        ),
        Try(NO_GROUP, lambda of: {"group_id": of.one("group_id")} | _times(of)),
    ],
    "GET /v1/visitor-groups": [Try()],
    "POST /v1/visitor-groups": [Try((422, "malformed_request"), lambda _: {"name": "x"})],
    "GET /v1/visitor-groups/{group_id}": [Try(NO_GROUP)],
    "PUT /v1/visitor-groups/{group_id}": [Try(NO_GROUP, _group)],
    "DELETE /v1/visitor-groups/{group_id}": [Try(NO_GROUP)],
    "POST /v1/tenants/{tenant_id}/webhooks": [
        Try(NO_TENANT, lambda _: {"url": "https://hooks.example/x"}, colleague=NOT_YOURS)
    ],
    "GET /v1/tenants/{tenant_id}/webhooks": [RUN],
    "DELETE /v1/tenants/{tenant_id}/webhooks/{webhook_id}": [
        RUN,
        Try((404, "no_such_webhook"), on_own=True),
    ],
    "POST /v1/tenants/{tenant_id}/webhooks/{webhook_id}/rotate-secret": [
        RUN,
        Try((404, "no_such_webhook"), on_own=True),
    ],
    "POST /v1/tenants/{tenant_id}/webhooks/{webhook_id}/enable": [
        RUN,
        Try((404, "no_such_webhook"), on_own=True),
    ],
    "GET /v1/tenants/{tenant_id}/webhooks/{webhook_id}/deliveries": [
        RUN,
        Try((404, "no_such_webhook"), on_own=True),
    ],
    "POST /v1/tenants/{tenant_id}/webhooks/{webhook_id}/deliveries/{delivery_id}/retry": [
        RUN,
        Try((404, "no_such_webhook"), on_own=True),
    ],
    "GET /v1/tenants/{tenant_id}/notice-channels": [RUN],
    "GET /v1/tenants/{tenant_id}/notice-channels/{name}": [
        RUN,
        Try((404, "no_such_channel"), on_own=True),
    ],
    "PUT /v1/tenants/{tenant_id}/notice-channels/{name}": [
        Try(NO_TENANT, _channel, colleague=NOT_YOURS)
    ],
    "DELETE /v1/tenants/{tenant_id}/notice-channels/{name}": [
        RUN,
        Try((404, "no_such_channel"), on_own=True),
    ],
    "POST /v1/visit-series": [
        Try(NO_HOST, lambda of: _visitor(of) | _recurring(of) | _host(of), colleague=NOT_OWN)
    ],
    "GET /v1/visit-series": [Try(), _by_cursor("visit-series")],
    "POST /v1/visit-series/preview": [
        Try(NO_HOST, lambda of: _visitor(of) | _recurring(of) | _host(of), colleague=NOT_OWN)
    ],
    "GET /v1/visit-series/{series_id}": [Try(NO_SERIES)],
    "PATCH /v1/visit-series/{series_id}": [Try(NO_SERIES, lambda _: {"plate": "99999-Z-1"})],
    "POST /v1/visit-series/{series_id}/reschedule": [Try(NO_SERIES, lambda _: {"minutes": 45})],
    "POST /v1/visit-series/{series_id}/cancel": [Try(NO_SERIES, lambda _: {})],
    "POST /v1/visit-series/{series_id}/host": [Try(NO_SERIES, _host)],
    "POST /v1/visit-series/{series_id}/submit": [Try(NO_SERIES)],
    "GET /v1/desk/search": [
        *(
            Try(DESKS, params=partial(_typed, q=q), desk=ANSWERED)
            for q in ("zetaoui", "amal", "karim@zeta.example", "12345", "2233", "الزتاوي")
        ),
        Try(DESKS, params=lambda of: {"q": of.one("desk_code")}, desk=ANSWERED),
    ],
    "GET /v1/desk/visitors": [
        Try(DESKS, params=lambda _: {"q": "zeta"}, desk=ANSWERED),
        Try(
            DESKS,
            params=lambda of: {"q": "zeta", "tenant_id": of.one("tenant_id")},
            desk=ANSWERED,
        ),
    ],
    "GET /v1/visitors/{visitor_id}": [Try(DESKS, desk=NO_VISITOR)],
    "GET /v1/visitors/{visitor_id}/duplicates": [Try(DESKS, desk=NO_VISITOR)],
    "POST /v1/visitors/{visitor_id}/merge": [
        Try(DESKS, lambda of: {"into": of.own["visitor_id"]}, desk=NO_VISITOR),
        Try(NO_VISITOR, lambda of: {"into": of.one("visitor_id")}, on_own=True),
    ],
    "POST /v1/desk/scan": [
        _scan(lambda of: of.pass_token),
        _scan(lambda of: of.one("desk_code")),
    ],
}
BY_LINK = {"GET /v1/links/{token}", "POST /v1/links/{token}"}
"""Whoever holds the link; see `test_a_link_tells_nothing_of_another_visit`."""
STRANGERS = {
    "neighbour": (DRISS, ()),
    "desk": (OTHER_DESK, EVERY_ROLE),
    "colleague": (CHADIA, ()),
    "landlord": (FATIMA, tuple({*EVERY_ROLE} - {Role.RECEPTIONIST, Role.SECURITY, Role.OPERATOR})),
}
"""A neighbour; their reception that claims every role; somebody else's assistant; the landlord's
who have nothing to do with visitors.
"""
