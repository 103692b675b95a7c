"""What an invitation looks like on Discord. Pure: values in, payloads out."""
