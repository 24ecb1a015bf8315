"""What whoever asks the web for something has in common, Slack's edge and the importer alike."""
