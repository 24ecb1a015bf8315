"""Slack's edge: what we post, what we hear, and what its answers mean."""
