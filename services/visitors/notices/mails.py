"""A notice as a mail (RFC 5322): words, the pass as a picture inside, and the calendar part.

One rule: every attempt says the same, under the same Message-ID and date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from services.visitors.links.domain import Links
from services.visitors.notices.calendar import Method, calendar_part
from services.visitors.notices.domain import WITH_PASS, Notice, NoticeKind, Reader
from services.visitors.notices.letters import Names, Words, words_of
from services.visitors.notices.places import SEPARATOR
from services.visitors.passes.domain import known_token
from services.visitors.passes.pictures import as_png
from shared.events.directory import Language
from shared.mail import MailRefused
from shared.web.language import LOCALES

LONGEST_NAME = 60
"""Characters of a name in an address; a longer one the standard library folds into lines of its own
making.
"""
_SPECIAL = re.compile(r"[^\w' +&/-]+")


@dataclass(frozen=True)
class Recipient:
    """To whom a notice goes, found when it is sent."""

    name: str
    address: str
    language: Language


@dataclass(frozen=True)
class Sender:
    """From whom all notices come; also the organiser of every calendar entry."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.partition("@")[2]


def mail_of(
    notice: Notice,
    *,
    to: Recipient,
    names: Names,
    sender: Sender,
    pass_keys: Sequence[bytes],
    links: Links,
) -> EmailMessage:
    """Raises `MailRefused` for addresses that are none, `PassKeyChanged` where the pass is lost."""
    says = notice.says
    picture = f"pass.{notice.id}@{sender.domain}" if notice.kind in WITH_PASS else None
    words = words_of(
        notice.kind,
        says,
        names=names,
        language=to.language,
        picture=picture,
        links=_links_of(notice, links),
        reader=to.name,
    )
    mail = _begun(notice, words, to=to, sender=sender)
    if picture is not None:
        token = known_token(
            says.pass_id, rotation=says.pass_rotation, keys=pass_keys, digest=says.pass_digest
        )
        _add_picture(mail, as_png(token), cid=picture)
    method = method_of(notice.kind)
    if method is not None:
        calendar = calendar_part(
            says,
            method=method,
            summary=words.summary,
            place=SEPARATOR[to.language].join(
                [names.tenant or names.host or sender.name, *names.place.parts(to.language)]
            ),
            organizer=(sender.name, sender.address),
            made_at=notice.created_at,
        )
        mail.add_alternative(calendar, subtype="calendar", params={"method": method})
    mail["Content-Language"] = LOCALES[to.language].replace("_", "-")
    return mail


def _begun(notice: Notice, words: Words, *, to: Recipient, sender: Sender) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = notice.message_id(sender.domain)
    mail["Date"] = notice.created_at
    mail["Subject"] = _never_encoded(words.subject)
    mail["From"] = address_header(sender.name, sender.address)
    mail["To"] = address_header(to.name, to.address)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(words.text)
    mail.add_alternative(words.html, subtype="html")
    return mail


def _add_picture(mail: EmailMessage, png: bytes, *, cid: str) -> None:
    """Within the page, which refers to it."""
    html = mail.get_payload()[1]  # type: ignore[index]  # two alternatives were just added
    html.add_related(  # type: ignore[union-attr]  # as above
        png, "image", "png", cid=f"<{cid}>", filename="pass.png", disposition="inline"
    )


def _links_of(notice: Notice, links: Links) -> dict[str, str]:
    says = notice.says
    if not notice.is_to_visitor:
        if notice.reader in {Reader.DESK, Reader.LANDLORD}:
            return links.of_tenant(says.visit_id, tenant_id=says.tenant_id)
        return links.of_host(says.visit_id, host_id=notice.person_id or says.host_id)
    if says.recurring is not None:
        return links.of_series(says.recurring.series_id, pass_rotation=says.pass_rotation)
    return links.of_visitor(says.visit_id, pass_rotation=says.pass_rotation)


def method_of(kind: NoticeKind) -> Method | None:
    """What the calendar part asks for (RFC 5546, 1.4); None where there is none."""
    if kind is NoticeKind.CANCELLATION:
        return "CANCEL"
    return "REQUEST" if kind in WITH_PASS else None


def address_header(name: str, address: str) -> Address:
    """Raises `MailRefused` for what is no address."""
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode()
        return Address(display_name=_phrase(name), addr_spec=f"{local}@{ascii_domain}")
    except (ValueError, IndexError, MessageError) as wrong:
        raise MailRefused("this is no e-mail address") from wrong


def _phrase(name: str) -> str:
    """A name that needs no quotes: the standard library loses them where it folds a line, and
    what was a name becomes addresses.
    """
    return " ".join(_SPECIAL.sub(" ", name).split())[:LONGEST_NAME].strip()


def _never_encoded(text: str) -> str:
    """One line in which nothing is read as an encoded word (RFC 2047): the standard library would
    decode it, line breaks and all, into further headers.
    """
    return " ".join(text.split()).replace("=?", "= ?")
