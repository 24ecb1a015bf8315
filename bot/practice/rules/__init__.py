"""What Slack lets a message, a modal and an App Home look like: its limits, and a sentence for each fault."""
