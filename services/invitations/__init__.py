"""The invitations service.

Owns: invitations, participants, drafts, repetitions, who wants no reminders, the secrets of
calendars and the audit log (PostgreSQL schema `invitations`).
Answers: the commands of `shared/messages/invitations/`, and the HTTP API (`http/api.py`).
Tells: the events of the same folder, each with the invitation as it stands afterwards.
"""
