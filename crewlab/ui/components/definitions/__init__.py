"""Parts of the pages *Definitions* and *Definition*."""
