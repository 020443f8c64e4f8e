"""The directory and the premises, as access announces them: this service's own read model."""
