"""What the gateway tells its replicas."""
