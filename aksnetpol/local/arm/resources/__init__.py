"""Resource groups, the registration of resource providers, and lists of all resources."""
