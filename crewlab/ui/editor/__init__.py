"""The forms of one definition: widgets that show a document and write every change into its draft."""
