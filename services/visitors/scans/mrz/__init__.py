"""The machine-readable zone of passports, identity cards and visas (ICAO Doc 9303, parts 3 to 7).

One rule: what does not agree with its check digits is refused and says where, never guessed. Pure:
no clock, no session; the number of a document is in the result and goes nowhere else.
"""

from services.visitors.scans.mrz.dates import PartialDate
from services.visitors.scans.mrz.forms import Form
from services.visitors.scans.mrz.reading import Mrz, Sex, looks_like_mrz, read_mrz
from services.visitors.scans.mrz.refusals import MrzUnreadable

__all__ = ["Form", "Mrz", "MrzUnreadable", "PartialDate", "Sex", "looks_like_mrz", "read_mrz"]
