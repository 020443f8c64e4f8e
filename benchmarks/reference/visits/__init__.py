"""A long history of visits to the reference park, from a seed."""
