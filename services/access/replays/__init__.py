"""What a proposed change would have done to the reads of the last days, before it is made."""
