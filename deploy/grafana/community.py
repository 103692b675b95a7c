"""The dashboard for community leaders: how full events are, how fast members are helped."""

from deploy.grafana.panels import Board, Panel, figure, known, quantile


def _a_day(message: str) -> str:
    return f'round(sum(increase(messages_published_total{{message="{message}"}}[1d])))'


def _an_hour(message: str) -> str:
    return f'round(sum(increase(messages_published_total{{message="{message}"}}[1h])))'


INVITATIONS_AND_TICKETS = Board(
    "doukikai-community",
    "Doukikai: invitations and tickets",
    "What the community does. Figures of a day count the events of the last 24 hours.",
    [
        "Now",
        figure(
            "Recruiting",
            "What a member who looks for an event can join now.",
            'sum(invitations_open{status="recruiting"})',
        ),
        figure(
            "Full",
            "Many full events ask for more seats or more hosts.",
            'sum(invitations_open{status="full"})',
        ),
        figure(
            "Participants an event",
            "Whether events find their people: seats taken, of open events, on average.",
            known('sum(invitation_seats{state="taken"}) / sum(invitations_open)'),
            none="no open event",
        ),
        figure(
            "Waiting in queues",
            "Members who would come if there were a seat: a reason for one more event.",
            'sum(invitation_seats{state="waited_for"})',
            warn=20,
        ),
        figure(
            "Tickets without an assignee",
            "Members who wait until a staff member takes charge.",
            'sum(tickets_open{state="waiting"})',
            warn=5,
            alerts=("TicketsWaiting",),
        ),
        figure(
            "Longest wait for staff",
            "The member who has waited longest; after twelve hours an alert says so.",
            'max(ticket_oldest_age_seconds{state="waiting"})',
            unit="s",
            warn=14400,
            bad=43200,
            alerts=("TicketsWaiting",),
        ),
        "Events",
        Panel(
            "Events",
            "Whether hosts announce more or less than last week, and how many they cancel.",
            {
                "announced": _a_day("invitations.InvitationPublished"),
                "finished": _a_day("invitations.InvitationCompleted"),
                "cancelled": _a_day("invitations.InvitationCancelled"),
            },
        ),
        Panel(
            "Seats of open events",
            "Free seats and a waitlist at the same time mean that events do not fit the wishes.",
            {"{{state}}": "sum by (state) (invitation_seats)"},
        ),
        Panel(
            "Coming and going",
            "When members decide: the best hour to announce is the one before the peak.",
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
            "Whether staff keep up: tickets without one of them should not pile up.",
            {"{{state}}": "sum by (state) (tickets_open)"},
        ),
        Panel(
            "Tickets",
            "More opened than closed, day after day, asks for more staff.",
            {
                "opened": _a_day("tickets.TicketOpened"),
                "claimed": _a_day("tickets.TicketClaimed"),
                "closed": _a_day("tickets.TicketClosed"),
            },
        ),
        Panel(
            "Time until a ticket has an assignee",
            "How long members wait for a first answer, of the last seven days.",
            {"{{rank}}": "max by (rank) (ticket_claim_wait_seconds)"},
            unit="s",
        ),
        "What members press",
        Panel(
            "Presses",
            "Which features members use, and which nobody finds.",
            {
                "{{interaction}}": "60 * sum by (interaction)"
                " (rate(interaction_answer_duration_seconds_count[5m]))"
            },
            none="no press yet",
        ),
        Panel(
            "Creating and joining, p95",
            "Whether the bot itself is quick: its own part of what members wait for.",
            {
                "create": known(quantile(0.95, "invitation_create_duration_seconds_bucket")),
                "join": known(quantile(0.95, "participant_join_duration_seconds_bucket")),
            },
            unit="s",
            none="none lately",
        ),
        Panel(
            "Refused",
            "Many refusals mean that members try what the announcement should have said.",
            {
                "{{queue}}": "60 * sum by (queue)"
                ' (queue_outcome:messages_handled:rate_5m{outcome="refused"})'
            },
            none="nothing was refused",
        ),
    ],
    span="now-2d",
)
