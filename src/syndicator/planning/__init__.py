"""Pure: from what was written to what is to happen."""
