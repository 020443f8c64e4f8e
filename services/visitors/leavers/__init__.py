"""Hosts who have left the park: what becomes of the visits to them, and the answer that it has."""
