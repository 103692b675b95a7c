"""The words of calendars; a language is one Fluent file in this folder."""
