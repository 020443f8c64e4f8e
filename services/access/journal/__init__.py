"""What happened at the doors, append-only; what names a person lies beside it, erasable."""
