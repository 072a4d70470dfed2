"""Parts of pages: of one page in a package of its name, of several here."""
