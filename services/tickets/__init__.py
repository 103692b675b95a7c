"""The tickets service: private conversations between a member and staff.

Owns: requests, tickets and their audit log (PostgreSQL schema `tickets`). What members and staff
type arrives sealed and stays so: nothing said in a ticket can be read here.
Answers: the commands of `shared/messages/tickets/commands.py`.
Tells: the events of `shared/messages/tickets/events.py`, each with the ticket as it stands.
"""
