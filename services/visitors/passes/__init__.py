"""Passes: a visitor's QR credential."""
