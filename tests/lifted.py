"""Settings for tests in which one member does what many members would do."""

LIFTED = {
    "PRESSES_PER_MINUTE": "1000000",
    "CHANGES_PER_DAY": "1000000",
    "EVENTS_PER_DAY": "1000000",
    "OPEN_EVENTS_PER_HOST": "1000000",
    "DRAFTS_PER_HOST": "1000000",
    "IMAGES_PER_DAY": "1000000",
    "TICKETS_PER_DAY": "1000000",
    "EXPORTS_PER_DAY": "1000000",
    "SUGGESTIONS_PER_MINUTE": "1000000",
}
