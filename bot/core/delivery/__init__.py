"""The rules of delivery: what happens next to a digest in a channel, and to each part of its post."""
