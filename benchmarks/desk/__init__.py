"""What a desk asks of visitors: its board, somebody by a few letters, check-ins, badges."""
