"""The words of the trade as immutable values; imports nothing of ours."""
