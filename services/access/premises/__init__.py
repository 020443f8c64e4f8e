"""The park as it is built: the tree of zones, the doors between them, their directions."""
