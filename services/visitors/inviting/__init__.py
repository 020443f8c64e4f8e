"""Inviting many: pasted lines, lists from a table, groups of visitors that come again."""
