"""How far the landlord lets a tenant grant on a shared zone."""
