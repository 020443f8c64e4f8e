"""The services of the park: access, visitors, booking. Each stands alone with its own database."""
