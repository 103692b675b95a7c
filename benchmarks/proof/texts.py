"""What docs/proof.md says around the figures."""

HEAD = """# Proof

Written by `make proof`; every section says when, on what and at which commit it was found. Load and
all servers share that one machine, so what compares is the rows of one table.
"""
PRESSES = """
A press is a JoinInvitation, with {invitations:,} invitations in the database. *pgbench* writes what
a press writes, as plainly as SQL can, one press in each transaction, and *a bot that writes by
itself* runs the handler alone: neither takes a message nor tells one. *Our transaction alone* adds
inbox and outbox to the handler, for one press at a time. *FastStream* takes the command, runs the
same handler and publishes event and reply, but a message that comes twice is handled twice, and
what it could not tell any more is lost. *Ours* handles what arrives meanwhile together, so it can
be faster than a transaction for each.

*From a full queue*: the service is frozen until all commands are in RabbitMQ, and timed until it
has published reply and event of each; nobody reads them meanwhile. *With a gateway*: a gateway in
Python, on the same two cores, sends commands and hears replies, at most {in_flight} at once, and
each is timed from command to reply. *CPU* is what all processes together take for a press.
PostgreSQL does not wait for the disk here, for none of them. They take turns, {rounds} rounds of
{presses:,} presses, and medians are shown.

{table}

![Presses a second, beside others](pictures/presses.png)

{verdicts}

Which process takes how much of it; the relay of the outbox is a part of *invitations*:

{shares}

At a steady rate, whether or not the answers keep up. *Held* means that 99 of 100 came within a
second, the second time at the latest; a rate beyond lasts for {beyond} seconds only, and its
figures tell of the pile it makes.

{latencies}

![How long a reply takes, by commands a second](pictures/latency.png)

{latency_verdicts}
"""
ANSWERS = """
Members press *join* and *leave* under {invitations} announcements at a fixed rate: {turns} turns of
{seconds} seconds for each line, in which all of them take turns. Figures are the medians. The
miniature Discord sends each press to the gateways over the websocket; a gateway publishes it to
RabbitMQ, and answers the interaction with the reply. Each press is timed until Discord has the
answer. Every service is a process of its own on the product's servers, and PostgreSQL waits for the
disk. *Unanswered* is a press without an answer twenty seconds after the last one. With two
gateways, as in production, each receives every press and publishes it. *Calls* are all calls to
Discord for a press and its answer, refused ones included.

*A bot that writes by itself* stands in the gateway's place: one process, which runs the same
handlers and answers with one call. It has no queue, no inbox and no outbox, and changes neither the
announcement nor the thread. Its time is the least that a member can see on this machine.

{table}

![From press to answer, by presses a second](pictures/answers.png)

{verdicts}

The same two cores run everything, the miniature Discord and its members included (*the load
itself*), so the services have less than two cores.

{shares}
"""
GROWTH = """
{members} members join at once, from command to reply, round after round: the next begins when all
have their answers and their seats are free again, so a little is lost at the end of each. First all
of them on so many invitations, with {few:,} in the database:

{over_hot}

Then on any of those that recruit, six of a hundred, in a database of so many invitations, each with
four participants on average:

{over_rows}

![How presses grow](pictures/growth.png)
"""
SOAK = """
{rate:.0f} presses a second through Discord, half of what {at_once} members reached who pressed as
soon as they read their answers: {warming:g} minutes to come to rest, then {minutes:g} that are
looked at. There are two gateways, and every connection to PostgreSQL is used from the start on.
Memory is what a process shares with nobody (`Pss_Anon`), processes of a kind together. *Flat* means
that the last third of the time needs no more than the third before, but for half a megabyte or one
hundredth; otherwise it says how many megabytes more. A receipt stays in the inbox for thirty days:
its rows grow with the messages by intent. {left}

{table}
"""
CHAOS = """
`make chaos ARGUMENTS="{words}"`, as it spoke. What it breaks and compares: [chaos.md](chaos.md).

```
{said}
```
"""
