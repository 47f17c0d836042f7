"""What channel authors test with."""
