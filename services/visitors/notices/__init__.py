"""Notices: what visitors and hosts are told by mail, and that they were told once."""
