"""Where holders were last known to be."""
