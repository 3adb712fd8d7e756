"""Part: desk. What people write with a customer before them: contacts, corrections, consents, cases."""
