"""A release in, the web out: read only, and without any knowledge of how the release was made."""
