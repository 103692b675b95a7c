"""Public events under numbers without a gap: kept for thirty days, read and followed by HTTP."""
