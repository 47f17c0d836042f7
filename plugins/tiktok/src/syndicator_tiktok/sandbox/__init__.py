"""A strict local server that speaks TikTok's documented protocols."""
