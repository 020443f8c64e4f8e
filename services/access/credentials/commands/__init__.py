"""What can be asked of credentials, by noun."""
