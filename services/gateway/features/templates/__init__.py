"""Templates: what a host keeps of a draft, to open new ones from."""
