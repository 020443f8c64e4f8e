"""Who has left, and what each service has answered about what they had there."""
