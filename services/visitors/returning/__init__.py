"""Visitors who come again: known from earlier visits, and those who may be one and the same."""
