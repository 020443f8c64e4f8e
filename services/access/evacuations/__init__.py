"""Evacuations: a zone is left at once, by a person's word or a fire panel's contact."""
