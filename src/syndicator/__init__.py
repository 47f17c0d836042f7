"""Release calendars in, every episode on every channel: once, on time, within its rights."""

__version__ = "0.1.0"
