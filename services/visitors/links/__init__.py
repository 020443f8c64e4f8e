"""Links: addresses in mails by which their reader does one thing without signing in."""
