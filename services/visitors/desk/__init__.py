"""The desk: where visitors are admitted and seen off."""
