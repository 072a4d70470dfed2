"""What a crew is: documents, versions, problems, placeholders. Pure; knows no store, no crewAI, no page."""
