"""Events that repeat every week."""
