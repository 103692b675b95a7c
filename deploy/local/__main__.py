"""`python -m deploy.local demo`: the whole product on one machine; `servers`: only its servers."""

import argparse
import os
import signal
import sys
import types
from collections.abc import Sequence

from deploy.local import operations
from deploy.local.box import boxed
from deploy.local.demo import keep_running, programs, refuse_taken_port, running_demo
from deploy.local.drill import ARCHIVE_TIMEOUT_SECONDS, drill
from deploy.local.instance import PROJECT
from deploy.local.mistakes import OperatorMistake
from deploy.local.servers import Servers, kept_servers, passing_servers
from deploy.rabbitmq.add_consumers import NameRefused, consumer_names

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NAME = "demo"


def main() -> None:
    """Run until Ctrl-C; an operator's mistake is one sentence and exit code 1."""
    arguments = _arguments()
    for ending in _ENDINGS:
        signal.signal(ending, _end)
    try:
        if arguments.what == "demo":
            demo()
        elif arguments.what == "migrate":
            migrate()
        elif arguments.what == "snapshot":
            snapshot(arguments.release)
        elif arguments.what == "drill":
            drill(arguments.archive_timeout_seconds)
        elif arguments.what == "doukikai":
            operations.run(_NAME, arguments.words)
        else:
            servers(throw_away=arguments.throw_away)
    except KeyboardInterrupt:
        print("  Stopped; nothing is left running. 停止しました。")
    except OperatorMistake as mistake:
        sys.exit(str(mistake))


def demo() -> None:
    """Run servers, migrations, the miniature Discord and the services."""
    port = _page_port()
    refuse_taken_port(port)
    consumers = _consumers()
    has_replica = bool(os.environ.get("DEMO_REPLICA"))
    kept = kept_servers(_NAME, with_replica=has_replica)
    with kept as running, running_demo(running, port) as services:
        page = [f"お誘い募集の画面 · the page   http://127.0.0.1:{port}/", ""]
        print(boxed([*page, *_addresses(running), "", "Ctrl-C で終了 · stops everything"]))
        print("", *programs(running, services, consumers), sep="\n", flush=True)
        keep_running([*running.processes, *services])


def servers(*, throw_away: bool) -> None:
    """Run the servers alone."""
    with passing_servers("test") if throw_away else kept_servers(_NAME) as running:
        postgresql = f"PostgreSQL   {running.superuser_url()}"
        print(boxed([*_addresses(running), postgresql, "", "Ctrl-C で終了 · stops"]))
        print(flush=True)
        keep_running(running.processes)


def migrate() -> None:
    """Start the demo's servers only to migrate its database."""
    with kept_servers(_NAME) as running:
        running.migrate()


def snapshot(release: str | None) -> None:
    """Write schema/current.sql from a new database, and a release's snapshot where one is named."""
    with passing_servers("snapshot") as running:
        running.migrate("snapshot", "--dump", *(["--release", release] if release else []))


def _addresses(running: Servers) -> Sequence[str]:
    user, password = running.management_credentials
    logs = running.instance.logs.relative_to(PROJECT)
    return [
        f"RabbitMQ     {running.management_url}/   {user} / {password}",
        f"Prometheus   {running.prometheus_url}/",
        f"ログ · logs  {logs}/",
    ]


def _consumers() -> Sequence[str]:
    try:
        return consumer_names(os.environ.get("CONSUMERS", ""))
    except NameRefused as refused:
        raise OperatorMistake(str(refused)) from None


def _page_port() -> int:
    text = os.environ.get("DEMO_PORT") or "8080"
    if not text.isdecimal() or not 0 < int(text) < 65536:  # noqa: PLR2004 - what a port can be
        message = f"DEMO_PORT is {text}, which is not a port; choose a number such as 8081."
        raise OperatorMistake(message)
    return int(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(dest="what", required=True)
    commands.add_parser("demo", help="the whole product")
    commands.add_parser("migrate", help="bring the demo's database to the current schema")
    written = commands.add_parser("snapshot", help="write schema/current.sql")
    written.add_argument("--release", metavar="VERSION", help="schema/releases/VERSION.sql too")
    rehearsed = commands.add_parser("drill", help="break a private database and restore it")
    rehearsed.add_argument(
        "--archive-timeout-seconds", type=int, default=ARCHIVE_TIMEOUT_SECONDS, metavar="SECONDS"
    )
    command = commands.add_parser("doukikai", help="the operator's command beside a running demo")
    command.add_argument("words", nargs=argparse.REMAINDER)
    alone = commands.add_parser("servers", help="only the servers")
    alone.add_argument("--throw-away", action="store_true", help="on data that goes at the end")
    return parser.parse_args()


def _end(_signal: int, _frame: types.FrameType | None) -> None:
    """Begin to stop, once: a second Ctrl-C must not cut the stopping short."""
    for ending in _ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
