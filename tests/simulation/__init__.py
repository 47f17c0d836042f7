"""Thousands of short lives of the whole dispatcher, each drawn from a seed and run without threads.

`python -m tests.simulation SEED` tells one of them step by step, and `python -m tests.simulation
20000 60000` lives others than the suite does.
"""
