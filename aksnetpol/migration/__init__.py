"""An engine change on a live cluster, step by step; without Pulumi.

`live` reads the cluster, `engines.moves` plans, `flows` says which connections that opens and closes,
`run` goes the way; `calico` deletes what an uninstalled Calico left. Each is imported by who needs it.
"""
