"""Names as people of the park write them: in Latin or Arabic script, French or English spelling.

Two things are known of a word: how it is spelt (`letters`), and how it sounds (`sounds`). One rule:
pure functions of text; what is stored is made here, and what is asked for is matched here.
"""

from services.visitors.names.letters import fold
from services.visitors.names.sounds import Pattern, Sound, patterns_of, sounds_of
from services.visitors.names.words import Word, words_of

__all__ = ["Pattern", "Sound", "Word", "fold", "patterns_of", "sounds_of", "words_of"]
