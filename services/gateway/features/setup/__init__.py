"""Setting a guild up inside Discord: `/setup`, its pages, and the first word after joining."""
