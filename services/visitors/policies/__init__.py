"""Policies: how a tenant receives its visitors."""
