"""What people write in files, read with line and column: digests and the configuration."""
