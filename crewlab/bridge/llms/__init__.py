"""Models: made, asked, recorded, retried and paid for."""
