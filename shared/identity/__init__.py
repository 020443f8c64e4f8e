"""Who is calling: people by OpenID Connect bearer tokens, devices by keys."""
