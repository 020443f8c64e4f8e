"""What this service depends on alone: whoever takes its mail."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

from services.visitors.settings import VisitorsSettings
from shared.doctor.findings import Finding, fail, ok, warn
from shared.mail import MailDeferred, SmtpMailer

PATIENCE_SECONDS = 5


async def mail_leaves(settings: VisitorsSettings) -> AsyncIterator[Finding]:
    """Whether the server answers and lets us in; nothing is sent."""
    if settings.smtp_url is None:
        folder = settings.mail_dir
        if folder.is_dir() and not os.access(folder, os.W_OK):
            yield fail("mail", f"{folder} cannot be written: give it to user {os.geteuid()}.")
            return
        yield warn(
            "mail",
            f"No mail leaves, it is written into {folder}: set PARVIS_SMTP_URL, unless this is for "
            "trying out.",
        )
        return
    try:
        await SmtpMailer(settings.smtp_url, timeout=PATIENCE_SECONDS).greet()
    except MailDeferred as away:
        yield fail(
            "mail",
            f"The mail server does not let us in ({away}): see PARVIS_SMTP_URL, and that it is "
            "reached from here. Mails wait meanwhile.",
        )
    else:
        yield ok("mail", "The mail server answers and lets us in.")
