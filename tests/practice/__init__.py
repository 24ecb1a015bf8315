"""The practice workspace, held to what Slack documents."""
