"""What runs Python for an engine that was built without its Python hosts."""
