"""The park of the reference scale, made from a seed: who is in it, and what its doors must say."""
