"""What a host types: options, forms and their mistakes."""
