"""Assistants: who receives visitors in the name of whom."""
