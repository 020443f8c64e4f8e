"""Answers: what visitors and hosts say by the links of their mails, without signing in."""
