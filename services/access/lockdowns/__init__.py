"""Lockdowns: ways in are closed, by hand or by a plan made beforehand."""
