"""A small Slack stand-in that ships with the bot: a first minute, a preview, and the tests' Slack."""
