"""What a run is: records, statuses and events. Pure; knows no store, no crewAI, no page."""
