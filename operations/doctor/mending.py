"""The commands that mend a part where Docker runs it; the demo starts its own parts again."""

from operations.settings import Settings


class Mending:
    """Writes the command for a part, by the name of its container."""

    def __init__(self, settings: Settings) -> None:
        self._is_docker = settings.runs_in == "docker"

    def of(self, container: str, *, hangs: bool) -> str:
        """Return the sentence that starts a part, or restarts one that hangs; empty if unknown."""
        if not self._is_docker or not container:
            return ""
        return f" Restart it: docker compose restart {container}" if hangs else " Start it: make up"

    def log(self, container: str) -> str:
        """Return the sentence that shows what a part says; empty if unknown."""
        return f" See: docker compose logs --tail 50 {container}" if self._is_docker else ""

    def backup(self, task: str) -> str:
        """Return the command that does one thing of the backups now."""
        command = f"python3 -m deploy.backup {task}"
        return (
            f"docker compose exec backup /entrypoint.sh {command}" if self._is_docker else command
        )
