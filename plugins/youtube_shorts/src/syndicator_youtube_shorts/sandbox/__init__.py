"""A strict local server that speaks the documented protocol of YouTube's APIs."""
