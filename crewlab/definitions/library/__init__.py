"""Records that definitions refer to; prices for now."""
