"""A small Slack stand-in that ships with the bot: a newcomer's first minute, an editor's preview, the tests' Slack."""
