"""What was asked, tried and answered, durably."""
