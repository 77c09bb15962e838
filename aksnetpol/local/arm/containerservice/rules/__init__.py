"""What AKS refuses, as tables of rules; written from ARM's answers, apart from the engine rules."""
