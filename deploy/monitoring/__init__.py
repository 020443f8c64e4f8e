"""Seeing into a running park: what is shown, what is alerted on, and dashboards."""
