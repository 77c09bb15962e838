"""Virtual networks and subnets, and the network resources beside them that only need to exist."""
