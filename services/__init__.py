"""The four services: gateway, invitations, tickets, scheduler."""
