"""What a cluster and its policies are: pods, nodes, rules, and the lines that ports and addresses lie on."""
