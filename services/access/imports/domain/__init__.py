"""A file of people: its records (`sheet`), what each line says (`lines`), what follows (`plan`).

Pure rules. One rule: whatever is wrong is said with the line it is on, and nothing is guessed.
"""

from services.access.imports.domain.faults import (
    MOST_BYTES,
    MOST_ROWS,
    ChangedMeanwhile,
    Fault,
    FileRefused,
    FileTooLarge,
)
from services.access.imports.domain.lines import PersonLine, read_line
from services.access.imports.domain.plan import Change, KnownPerson, Plan, plan_of
from services.access.imports.domain.sheet import COLUMNS, Record, read_sheet
from services.access.imports.domain.tenants import KnownTenant, Tenants

__all__ = [
    "COLUMNS",
    "MOST_BYTES",
    "MOST_ROWS",
    "Change",
    "ChangedMeanwhile",
    "Fault",
    "FileRefused",
    "FileTooLarge",
    "KnownPerson",
    "KnownTenant",
    "PersonLine",
    "Plan",
    "Record",
    "Tenants",
    "plan_of",
    "read_line",
    "read_sheet",
]
