"""PINs: what a person types beside their badge; kept as digests that only a secret key can test."""
