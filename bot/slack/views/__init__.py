"""What people see in Slack, as values."""
