"""The dashboard for community leaders: how full events are, how fast members are helped."""

from deploy.grafana.panels import Board, Panel, figure, known, quantile


def _a_day(message: str) -> str:
    return f'round(sum(increase(messages_published_total{{message="{message}"}}[1d])))'


def _an_hour(message: str) -> str:
    return f'sum(increase(messages_published_total{{message="{message}"}}[1h]))'


INVITATIONS_AND_TICKETS = Board(
    "doukikai-community",
    "Doukikai: invitations and tickets",
    "What the community does. Figures of a day count the events of the last 24 hours.",
    [
        "Now",
        figure(
            "Recruiting", "Events with a free seat.", 'sum(invitations_open{status="recruiting"})'
        ),
        figure("Full", "Open events without a free seat.", 'sum(invitations_open{status="full"})'),
        figure(
            "Participants an event",
            "Seats taken, of open events, on average.",
            known('sum(invitation_seats{state="taken"}) / sum(invitations_open)'),
            none="no open event",
        ),
        figure(
            "Waiting in queues",
            "Members who would come if there were a seat.",
            'sum(invitation_seats{state="waited_for"})',
            warn=20,
        ),
        figure(
            "Tickets without an assignee",
            "Open, not claimed.",
            'sum(tickets_open{state="waiting"})',
            warn=5,
        ),
        figure(
            "Longest wait for staff",
            "Age of the oldest ticket that nobody has claimed.",
            'max(ticket_oldest_age_seconds{state="waiting"})',
            unit="s",
            warn=14400,
            bad=43200,
        ),
        "Events",
        Panel(
            "Events",
            "Within the last day.",
            {
                "announced": _a_day("invitations.InvitationPublished"),
                "finished": _a_day("invitations.InvitationCompleted"),
                "cancelled": _a_day("invitations.InvitationCancelled"),
            },
        ),
        Panel(
            "Seats of open events",
            "Taken, free, and waited for.",
            {"{{state}}": "sum by (state) (invitation_seats)"},
        ),
        Panel(
            "Coming and going",
            "Members within the last hour.",
            {
                "joined": _an_hour("invitations.ParticipantJoined"),
                "left": _an_hour("invitations.ParticipantLeft"),
                "queued": _an_hour("invitations.ParticipantWaitlisted"),
                "moved up": _an_hour("invitations.ParticipantPromoted"),
            },
        ),
        "Tickets",
        Panel(
            "Open tickets",
            "Without a staff member, with one, or on hold.",
            {"{{state}}": "sum by (state) (tickets_open)"},
        ),
        Panel(
            "Tickets",
            "Within the last day.",
            {
                "opened": _a_day("tickets.TicketOpened"),
                "claimed": _a_day("tickets.TicketClaimed"),
                "closed": _a_day("tickets.TicketClosed"),
            },
        ),
        Panel(
            "Time until a ticket has an assignee",
            "Of the tickets opened within the last seven days.",
            {"{{rank}}": "max by (rank) (ticket_claim_wait_seconds)"},
            unit="s",
        ),
        "What members press",
        Panel(
            "Presses",
            "A minute, by what was pressed.",
            {
                "{{interaction}}": "60 * sum by (interaction)"
                " (rate(interaction_answer_duration_seconds_count[5m]))"
            },
            none="no press yet",
        ),
        Panel(
            "Creating and joining, p95",
            "What the invitations service takes for them.",
            {
                "create": known(quantile(0.95, "invitation_create_duration_seconds_bucket")),
                "join": known(quantile(0.95, "participant_join_duration_seconds_bucket")),
            },
            unit="s",
            none="none lately",
        ),
        Panel(
            "Refused",
            "Presses that a rule said no to, a minute: full, over, not allowed.",
            {
                "{{queue}}": "60 * sum by (queue)"
                ' (queue_outcome:messages_handled:rate_5m{outcome="refused"})'
            },
            none="nothing was refused",
        ),
    ],
    span="now-2d",
)
