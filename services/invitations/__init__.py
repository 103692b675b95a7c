"""The invitations service.

Owns: invitations, participants, drafts and the audit log (PostgreSQL schema `invitations`).
Answers: the commands of `shared/messages/invitations/commands.py`, and `GET /api/invitations`.
Tells: the events of the same file, each with the invitation as it stands afterwards.
"""
