"""The database: what was decided, asked and answered, on SQLite or PostgreSQL."""
