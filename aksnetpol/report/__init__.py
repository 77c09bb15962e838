"""What is shown to people and programs: pure functions from answers to text and data."""
