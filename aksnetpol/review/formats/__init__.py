"""A review as text and data: one module per format."""
