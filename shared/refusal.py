"""How a rule says no."""


class Refused(Exception):  # noqa: N818 - it reads as what happened
    """A command breaks a rule.

    `code` names the rule for the person who asked (`full`, `not_host`, `already_final` …); its
    sentence stands in the gateway's texts. `details` holds the numbers that sentence needs.
    """

    def __init__(self, code: str, **details: str | int) -> None:
        """Name the rule that was broken, such as "full"."""
        super().__init__(code)
        self.code = code
        self.details = details
