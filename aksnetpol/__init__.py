"""Infrastructure as code that secures pod-to-pod traffic on Azure Kubernetes Service."""
