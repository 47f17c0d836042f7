"""The producer's own app as a channel."""
