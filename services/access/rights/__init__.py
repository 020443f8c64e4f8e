"""Who may pass into which zone, when, and by whose word."""
