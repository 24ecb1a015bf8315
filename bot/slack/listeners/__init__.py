"""What people do in Slack, each thing in a few lines."""
