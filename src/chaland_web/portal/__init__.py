"""The customer's own space: what is known of him, his to see, correct, take away and object to."""
