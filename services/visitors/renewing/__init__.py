"""What an old key made and is still in use, made anew with the newest: sealed secrets, passes."""
