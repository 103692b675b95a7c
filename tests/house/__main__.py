"""`python -m tests.house`: write the schemas in contracts/ and the generated pages of docs/."""

import sys

from tests.house import (
    api_page,
    asyncapi_page,
    contracts,
    kubernetes_rules,
    messages_page,
    metrics_page,
    permissions_page,
    translate_stub,
)


def main() -> None:
    """Write them, unless a contract would shrink."""
    if broken := contracts.breaks():
        sys.exit(
            "Nothing was written, for a contract may only grow (docs/messages.md says how to"
            " break one on purpose):\n  " + "\n  ".join(broken)
        )
    contracts.write()
    messages_page.PAGE.write_text(messages_page.messages_page())
    metrics_page.PAGE.write_text(metrics_page.metrics_page())
    permissions_page.PAGE.write_text(permissions_page.permissions_page())
    api_page.PAGE.write_text(api_page.api_page())
    asyncapi_page.PAGE.write_text(asyncapi_page.asyncapi_page())
    kubernetes_rules.PAGE.write_text(kubernetes_rules.kubernetes_rules())
    translate_stub.PAGE.write_text(translate_stub.translate_stub())


if __name__ == "__main__":
    main()
