"""The board: a desk's day at one look, and what has changed since the last one."""
