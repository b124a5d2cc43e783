"""The only door out: files under a root, clients, processes, clock."""
