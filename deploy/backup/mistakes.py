"""What keeps a backup from being one."""


class BackupError(Exception):
    """Why there is no good backup or no good restore, in one sentence."""
