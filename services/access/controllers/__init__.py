"""Door controllers: their keys, and the epochs by which their numbering restarts."""
