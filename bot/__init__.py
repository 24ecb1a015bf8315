"""The weekly-digest bot for Slack."""
