"""Statements about events and tickets stay in one guild, or are listed here with the reason."""

import re

from tests.house.tree import modules

# INSERT … VALUES reads nothing. The functions of the schema list invitations, too.
READS = re.compile(
    r"\b(?:FROM|JOIN|UPDATE|USING)\s+(?:invitations|participants|drafts|templates|tickets|requests|audit_log)\b"
    r"|\blist_invitations"
)
# The caller has compared the row's guild with the command's: tests/services/test_wall.py.
BY_KEY = re.compile(
    r"\b(?:id|request_id|invitation_id|ticket_id)\s*="
    r"\s*(?:ANY\s*\(\s*)?(?:\$|changed\.invitation_id|gone\.invitation_id)"
    r"|JOIN participants USING \(invitation_id"
)
BY_GUILD = re.compile(r"(?<!NULL OR )(?<!NULL OR \w\.)\bguild_id\s*=\s*\$")

OF_ANY_GUILD = {
    "invitations": {
        # The API lists those of every guild, or of the one that a reader names.
        *("lists.LIST_ANY_TAG", "lists.LIST_BY_TAG", "lists.LIST_BY_HOST"),
        "lists.LIST_BY_HOST_BACK",
        # A member's own, by the secret of their calendar; from Discord always of one guild.
        *("history.SELECT_HISTORY", "history.SELECT_HISTORY_BACK", "calendars.SELECT_OWN_ENTRIES"),
        # A member's own: export and erasure.
        *("export.SELECT_HOSTED", "export.SELECT_PARTICIPATIONS", "export.SELECT_DRAFTS"),
        *("export.SELECT_OPEN_DRAFTS", "export.SELECT_TEMPLATES", "erasure.DELETE_TEMPLATES"),
        *("export.SELECT_STAFF_OF", "export.SELECT_CO_HOST_OF", "export.SELECT_ACTIONS"),
        *("erasure.DELETE_DRAFTS", "erasure.DELETE_DRAFT_IMAGES", "erasure.LOCK_CONCERNED"),
        "erasure.DELETE_EVENT_IMAGES",
        # What is due or old, wherever it is.
        *("invitations.LOCK_OVERDUE", "drafts.DELETE_OLD_DRAFTS", "drafts.BRING_BACK_DRAFTS"),
        "images.DELETE_UNUSED_IMAGES",
        *("repetitions.DELETE_STRANDED", "republish_state.SELECT_OPEN"),
        # Re-encryption, by the sealed text itself.
        *("sealed_texts.REPLACE_PROFILES", "sealed_texts.REPLACE_LINKS"),
        *("sealed_texts.REPLACE_DRAFTED_PROFILES", "sealed_texts.REPLACE_TYPED"),
        "sealed_texts.REPLACE_DESCRIPTIONS",
        # Gauges.
        *("metrics.COUNT_OPEN", "metrics.COUNT_SEATS"),
    },
    "tickets": {
        # A member's own: export and erasure.
        *("export.SELECT_OWN", "export.SELECT_PENDING", "export.SELECT_OTHERS"),
        *("export.SELECT_ACTIONS", "erasure.LOCK_PENDING", "erasure.LOCK_CONCERNED"),
        # What is old, wherever it is.
        *("tickets.LOCK_FAR_AWAY", "requests.DELETE_OLD_REQUESTS", "requests.BRING_BACK_REQUESTS"),
        # Re-encryption, by the sealed text itself.
        *("sealed_texts.SELECT_OUTDATED", "sealed_texts.REPLACE_SUBJECT"),
        *("sealed_texts.REPLACE_REASON", "sealed_texts.COUNT_BY_KEY"),
        # Gauges.
        *("metrics.COUNT_OPEN", "metrics.FIND_OLDEST", "metrics.MEASURE_CLAIM_WAIT"),
    },
}


def of_any_guild(text: str) -> bool:
    """Return whether a statement reads rows that neither a key nor a guild has chosen."""
    return bool(READS.search(text)) and not (BY_KEY.search(text) or BY_GUILD.search(text))


def test_a_statement_that_no_key_leads_names_the_guild() -> None:
    found = {
        f"{module.__name__.removeprefix('services.').replace('.sql.', '.')}.{name}"
        for module in modules()
        for name, text in vars(module).items()
        if name.isupper() and isinstance(text, str) and of_any_guild(text)
    }
    listed = {f"{owner}.{name}" for owner, names in OF_ANY_GUILD.items() for name in names}
    assert found == listed


def test_a_guild_that_may_be_left_out_is_none() -> None:
    assert of_any_guild("SELECT FROM drafts WHERE host_id = $1")
    assert of_any_guild("SELECT FROM drafts WHERE ($2::text IS NULL OR guild_id = $2)")
    assert of_any_guild("SELECT FROM drafts d WHERE ($2::text IS NULL OR d.guild_id = $2)")
    assert not of_any_guild("SELECT FROM drafts WHERE guild_id = $1 AND host_id = $2")
    assert not of_any_guild("SELECT FROM drafts WHERE request_id = $1")
    assert not of_any_guild("SELECT FROM inbox WHERE received_at < $1")
