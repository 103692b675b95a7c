"""The staff channel's panels and the audit log."""
