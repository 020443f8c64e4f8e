"""At which hours something counts: weekly windows, and the special days that override them."""
