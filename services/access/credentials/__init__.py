"""Badges: people's cards, and how the raw bits of a read become a number."""
