"""The report: what its pictures are made of, the command, and the page in a real browser."""
