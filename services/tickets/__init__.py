"""The tickets service: private conversations between a member and staff.

Owns: requests, tickets, their audit log and the settings of guilds (PostgreSQL schema `tickets`).
What members and staff type arrives sealed and stays so: nothing said in a ticket can be read here.
Answers: the commands of `shared/messages/tickets/commands.py` and `guilds.py`. It has no HTTP API:
the gateway gets a guild's settings in answers, and the log channel in the event of a ticket's end.
Tells: the events of `shared/messages/tickets/events.py`, each with the ticket as it stands.
"""
