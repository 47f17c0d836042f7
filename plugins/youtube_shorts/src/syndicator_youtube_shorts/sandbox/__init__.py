"""A YouTube on this machine: the Data API, uploads, Content ID and Analytics, strictly."""
