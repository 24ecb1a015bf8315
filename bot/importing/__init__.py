"""From any existing roundup to a draft in which every line has a role."""
