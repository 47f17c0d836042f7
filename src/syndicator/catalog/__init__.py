"""What the producer wrote, read and validated, every problem placed."""
