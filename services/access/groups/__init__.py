"""People who are given rights together: a tenant's own groups, and the park's."""
