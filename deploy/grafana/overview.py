"""The first dashboard: is all well, and if answers are slow, where the time goes."""

from deploy.grafana.panels import Board, Panel, figure, known, per_second, quantile

SERVICE_QUEUES = 'queue=~"(gateway|invitations|tickets|scheduler)\\\\..+"'
OF_SERVICE = 'job="services", service=~"$service", instance=~"$instance"'

OVERVIEW = Board(
    "doukikai-overview",
    "Doukikai: overview",
    "Is all well? If answers are slow, the second row says where the time goes.",
    [
        "Is all well?",
        figure(
            "Alerts",
            "Begin here: each alert that fires has a section in the runbook.",
            'count(ALERTS{alertstate="firing", severity!="notice"})',
            warn=1,
            none="0",
        ),
        figure(
            "Parts down",
            "A part that Prometheus cannot reach explains most of what else is red.",
            "count(up == 0)",
            bad=1,
            none="0",
            alerts=("TargetDown", "DatabaseAway"),
        ),
        figure(
            "Gateways that hear Discord",
            "Without one no press arrives; with two, one may be lost.",
            "sum(discord_session_open)",
            low=1,
            alerts=("DiscordSilent",),
        ),
        figure(
            "Press to answer, p95",
            "What one member in twenty waits, by Discord's clock: the promise to members.",
            known("interaction:answer_seconds:p95_5m"),
            unit="s",
            warn=1,
            bad=3,
            none="no press lately",
            alerts=("AnswersSlow",),
        ),
        figure(
            "Dead letters",
            "What failed at every try waits here for you, and its member saw an error.",
            'sum(rabbitmq_detailed_queue_messages{queue="doukikai.dead"})',
            warn=1,
            alerts=("DeadLetters",),
        ),
        figure(
            "Presses that failed",
            "Of the last hour: members whose press had no effect, and who read so.",
            "round(sum(increase(presses_failed_total[1h])))",
            bad=1,
            alerts=("PressesFailed",),
        ),
        "Why are answers slow? The first of these six that is red or grows is the reason",
        Panel(
            "1 Waits for a server",
            "Messages in hand while the database or Discord is away or hangs; none is lost.",
            {"{{service}}": 'sum by (service) (messages_held{service=~"$service"})'},
            bad=1,
            none="nothing was ever held",
            alerts=("MessagesHeld", "MessageWaits"),
        ),
        Panel(
            "2 Queues",
            "A queue that grows has a slow service behind it: look at its line in the next panels.",
            {
                "{{queue}}": "sum by (queue)"
                f" (rabbitmq_detailed_queue_messages_ready{{{SERVICE_QUEUES}}})"
            },
            warn=500,
            alerts=("MessagesPilingUp", "ConsumerGone"),
            board="doukikai-messages",
        ),
        Panel(
            "3 Handling, p95",
            "Slow for one queue: that service. Slow for all: the database or the processor.",
            {
                "{{queue}}": known(
                    quantile(0.95, "message_handling_duration_seconds_bucket", "queue")
                )
            },
            unit="s",
            none="nothing handled lately",
            alerts=("MessagesRetried",),
            board="doukikai-messages",
        ),
        Panel(
            "4 Statements, p95",
            "Of those that were answered; the board of the database names the slow ones.",
            {"{{service}}": known('service:query_seconds:p95_5m{service=~"$service"}')},
            unit="s",
            warn=0.25,
            bad=1,
            none="no statement lately",
            alerts=("SlowQuery", "PoolerClientsWaiting"),
            board="doukikai-postgresql",
        ),
        Panel(
            "5 Machine's processors",
            "A busy machine slows all the others; steal is time that the provider gave away.",
            {
                "busy": known("host:cpu_busy:ratio_5m"),
                "steal": 'sum(rate(host_cpu_seconds_total{mode="steal"}[5m]))'
                " / sum(rate(host_cpu_seconds_total[5m])) >= 0",
                "waits for the disk": 'sum(rate(host_cpu_seconds_total{mode="iowait"}[5m]))'
                " / sum(rate(host_cpu_seconds_total[5m])) >= 0",
            },
            unit="percentunit",
            bad=0.9,
            none="the backups do not run here, which measure it",
            alerts=("HostCpuBusy",),
        ),
        Panel(
            "6 Refused by Discord",
            "In ten minutes, by status. At 2,000 a gateway stops asking; at 10,000 Discord bans.",
            {"{{status}}": "sum by (status) (increase(discord_invalid_requests_total[10m]))"},
            warn=1000,
            alerts=("DiscordRefuses", "DiscordBan"),
        ),
        "Latency, traffic, errors",
        Panel(
            "Press to answer",
            "Shows since when it is slow, and whether for everybody (p50) or for some (p95).",
            {
                "p50": known(quantile(0.5, "interaction_answer_duration_seconds_bucket")),
                "p95": known("interaction:answer_seconds:p95_5m"),
            },
            unit="s",
            width=6,
            warn=1,
            bad=3,
            none="no press lately",
            alerts=("AnswersSlow",),
        ),
        Panel(
            "Presses answered",
            "Tells a rush, such as an event that opens, from a fault that slows the usual.",
            {
                "{{interaction}}": per_second(
                    "interaction_answer_duration_seconds_count", "interaction"
                )
            },
            unit="reqps",
            width=6,
            none="no press yet",
        ),
        Panel(
            "Failed",
            "What is tried again is late, what is dead needs you, and the API's 5xx stop programs.",
            {
                "{{outcome}}": "sum by (outcome) (queue_outcome:messages_handled:rate_5m"
                '{outcome=~"retried|dead"}) > 0',
                "API": 'sum(rate(http_request_duration_seconds_count{status=~"5.."}[5m])) > 0',
            },
            unit="reqps",
            width=6,
            none="nothing failed",
            alerts=("MessagesRetried", "ApiFails"),
        ),
        Panel(
            "Deadlines, p99 late",
            "Whether events end and reminders come when members expect them.",
            {"{{kind}}": known("deadline_kind:lateness_seconds:p99_5m")},
            unit="s",
            width=6,
            bad=10,
            none="nothing was due lately",
            alerts=("DeadlinesLate",),
        ),
        "Saturation",
        Panel(
            "Processor of each service",
            "A service that needs a whole core (1) is the bottleneck: each ordered queue has one.",
            {"{{service}}": per_second(f"process_cpu_seconds_total{{{OF_SERVICE}}}", "service")},
            warn=0.9,
        ),
        Panel(
            "Memory of each process",
            "One that only grows will be ended: Docker does it at 256 MiB.",
            {"{{service}} {{instance}}": f"process_resident_memory_bytes{{{OF_SERVICE}}}"},
            unit="bytes",
            warn=200 * 2**20,
            bad=256 * 2**20,
            alerts=("ServiceRestarting",),
        ),
        Panel(
            "Machine's memory",
            "Near nothing, Linux ends a server; what is left must stay above 7 % of all.",
            {"free": "host_memory_available_bytes", "all": "host_memory_size_bytes"},
            unit="bytes",
            none="the backups do not run here, which measure it",
            alerts=("HostMemoryLow", "ServerRestarting"),
        ),
        Panel(
            "Machine's disks, used",
            "A full disk stops PostgreSQL; Docker's own disk is system.",
            {"{{folder}}": "1 - min by (folder) (host_disk_free_bytes / host_disk_size_bytes)"},
            unit="percentunit",
            bad=0.9,
            none="the backups do not run here, which measure it",
            alerts=("HostDiskLow", "DiskAlmostFull"),
        ),
        Panel(
            "HTTP API",
            "Programs and calendars that ask too much show here before they slow anything.",
            {"{{status}}": per_second("http_request_duration_seconds_count", "status")},
            unit="reqps",
            alerts=("ApiFails", "ApiBroken"),
        ),
        Panel(
            "Cache",
            "Below the 80 % of the design, lists cost the database; away, all of them do.",
            {"hits": known("query_cache_hit_ratio"), "away": "max(query_cache_away)"},
            unit="percentunit",
            none="no list was asked for lately",
            alerts=("CacheAway",),
        ),
        "Would it survive?",
        Panel(
            "Age of backups",
            "What a lost disk would cost; one a day is made, at 02:00 in Japan.",
            {"{{kind}}": "time() - max by (kind) (backup_last_success_timestamp_seconds)"},
            unit="s",
            bad=93600,
            none="the backups do not run here",
            alerts=("BackupOld", "BackupMissing", "BackupFailing", "RestoreDrillOld"),
        ),
        Panel(
            "Last WAL archived",
            "What a lost disk would cost since the last backup: a minute is usual.",
            {"ago": known("max(pg_stat_archiver_last_archive_age)")},
            unit="s",
            bad=900,
            none="archiving is off",
            alerts=("ArchiveStale", "ArchiveFailing"),
            board="doukikai-postgresql",
        ),
        Panel(
            "Replica",
            "Reads by where they went: none from the replica means that it is of no use.",
            {"{{outcome}}": per_second("replica_reads_total", "outcome")},
            unit="reqps",
            none="no replica",
            alerts=("ReplicaUnused", "ReplicaLag"),
        ),
    ],
)
