"""Figures in, reports out."""
