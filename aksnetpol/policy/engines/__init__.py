"""What each engine does otherwise than the specification."""
