"""The scheduler: says when the time has come, and leaves it to others to act.

Owns: the table of deadlines, one row per kind and subject, fed by events and by its own calendar.
Answers: nothing; it takes no commands.
Listens: the events of invitations that may move a deadline, and every event of tickets; an open
invitation is due at its start and its end, some minutes before its start, and when sign-up opens
and closes, a final one never; a ticket when its own service says so.
Tells: `invitations.RemindParticipants` before the start, `invitations.AnnounceStart` at it,
`invitations.AnnounceSignUp` at the opening time and at the cut-off,
`invitations.CloseInvitation` at the end time, `tickets.WarnTicket` and
`tickets.CloseSilentTicket`, and at regular intervals `invitations.CloseOverdueInvitations` and the
`CleanInbox` of every service with tables.

It is a hint, not a judge: the owner looks for itself. A `CloseInvitation` that is lost, or refused
because the owner's clock says "not yet", is not sent again; the sweep of
`CloseOverdueInvitations` completes that invitation within five minutes. What fell due during an
outage is sent at once; a `RemindParticipants` that comes after the start is refused by its owner.
"""
