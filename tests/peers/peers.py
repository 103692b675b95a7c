"""The peers: a line for each, and what it is to show."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tests.house import api_page, asyncapi_page
from tests.peers import clients, reading
from tests.peers.workshop import HERE, Failed, Run, Workshop

ASYNCAPI, OPENAPI = str(asyncapi_page.PAGE), str(api_page.PAGE)
TYPESCRIPT = "typescript@5.9.3"
STRICT = ("--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler")


@dataclass(frozen=True)
class Peer:
    """A tool of others: what it shows, its packages at their versions, and how it is run."""

    name: str
    shows: str
    run: Run
    npm: Sequence[str] = ()
    pip: Sequence[str] = ()


async def parser(workshop: Workshop) -> str:
    return await workshop.node("parse.js", ASYNCAPI)


async def models(workshop: Workshop) -> str:
    """Generate models in two languages, compile them, and let Python read every example."""
    names: list[str] = json.loads(await workshop.node("models.js", ASYNCAPI))
    if nameless := [name for name in names if "anonymous" in name.lower()]:
        raise Failed(f"Schemas without a name: {', '.join(nameless)}")
    files = sorted(str(path) for path in (workshop.folder / "ts").glob("*.ts"))
    await workshop.node("tsc", "--noEmit", *STRICT, *files)
    messages = json.loads(asyncapi_page.PAGE.read_text())["components"]["messages"]
    examples = {
        name.rpartition(".")[2]: each["payload"]
        for name, message in messages.items()
        for each in message["examples"]
    }
    (workshop.folder / "examples.json").write_text(json.dumps(examples))
    read = await workshop.call(str(workshop.python), str(HERE / "read_examples.py"))
    return f"{len(names)} models, {read.strip()} examples read"


async def redocly(workshop: Workshop) -> str:
    await workshop.node("redocly", "lint", OPENAPI)
    return "0 errors"


async def spectral(workshop: Workshop) -> str:
    (workshop.folder / "rules.json").write_text('{"extends": ["spectral:oas"]}')
    words = ("--ruleset", "rules.json", "--fail-severity", "error")
    said = await workshop.node("spectral", "lint", OPENAPI, *words)
    return said.strip().splitlines()[-1].strip("✖ ") if said.strip() else "0 problems"


async def validator(workshop: Workshop) -> str:
    await workshop.call(str(workshop.python), "-m", "openapi_spec_validator", OPENAPI)
    return "0 errors"


def client(name: str, script: str, *, npm: Sequence[str] = (), pip: Sequence[str] = ()) -> Peer:
    """Return the peer of a client of Discord: a bot by it is played on the miniature Discord."""
    shows = "A bot by it has a command, a button, a form and a thread, beats and resumes"
    return Peer(name, shows, clients.bot(script), npm, pip)


PEERS = (
    Peer(
        "asyncapi-parser",
        "The official parser takes docs/asyncapi.json",
        parser,
        npm=("@asyncapi/parser@3.6.3",),
    ),
    Peer(
        "asyncapi-modelina",
        "Models of the events compile in TypeScript and Python, each with a name",
        models,
        npm=("@asyncapi/modelina@5.10.1", TYPESCRIPT),
    ),
    Peer(
        "redocly",
        "redocly takes docs/openapi.json",
        redocly,
        npm=("@redocly/cli@2.77.0",),
    ),
    Peer(
        "spectral",
        "spectral takes docs/openapi.json",
        spectral,
        npm=("@stoplight/spectral-cli@6.16.3",),
    ),
    Peer(
        "openapi-spec-validator",
        "openapi-spec-validator takes docs/openapi.json",
        validator,
        pip=("openapi-spec-validator==0.9.0",),
    ),
    Peer(
        "openapi-typescript",
        "A TypeScript client of docs/openapi.json compiles and reads the running API",
        reading.with_typescript,
        npm=("openapi-typescript@7.13.0", "openapi-fetch@0.17.0", TYPESCRIPT),
    ),
    Peer(
        "openapi-python-client",
        "A Python client of docs/openapi.json reads the running API",
        reading.with_python,
        pip=("openapi-python-client==0.29.1", "ruff==0.17.6"),
    ),
    Peer(
        "amqplib",
        "The page's program for Node counts once and misses nothing, whatever is away",
        reading.with_amqplib,
        npm=("amqplib@2.3.1",),
    ),
    client("discord.js", "discord.js", npm=("discord.js@14.28.1",)),
    client("discord.py", "discord_py.py", pip=("discord.py==2.7.1",)),
    client("hikari", "hikari_bot.py", pip=("hikari==2.7.0",)),
    client("py-cord", "py_cord.py", pip=("py-cord==2.8.1",)),
    client("nextcord", "nextcord_bot.py", pip=("nextcord==2.6.0",)),
    client("interactions.py", "interactions_py.py", pip=("discord-py-interactions==5.16.0",)),
    client("eris", "eris.js", npm=("eris@0.18.0",)),
    client("oceanic.js", "oceanic.js", npm=("oceanic.js@1.15.0",)),
)
