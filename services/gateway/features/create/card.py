"""The card of a draft: the announcement as it will look, and what is still to be mended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import disnake
from disnake import ButtonStyle, SelectOption
from disnake.ui import ActionRow, Button
from disnake.ui.select import StringSelect

from services.gateway.drawing.announcement import Payload, announcement
from services.gateway.drawing.buttons import button
from services.gateway.drawing.custom_ids import CustomId
from services.gateway.drawing.markdown import plain
from services.gateway.drawing.mentions import mention_text
from services.gateway.drawing.periods import ahead, duration, in_zone, period
from services.gateway.drawing.sign_up import shown_sign_up
from services.gateway.features.create.custom_ids import (
    AskToDrop,
    ChooseInDraft,
    Compose,
    DropIt,
    ImageOfDraft,
    MoreOfDraft,
    OpenDraft,
    PostIt,
    RemindersOfDraft,
    SaveAsTemplate,
)
from services.gateway.features.create.mentions import Mentionable, is_possible
from services.gateway.forms import reminders
from services.gateway.forms.draft import OTHER_FIELDS, Draft
from services.gateway.forms.invitation import INSTANCE_TYPES
from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import (
    KEYS,
    Language,
    PlainKey,
    refusal,
    tag_name,
    translate,
    translate_if_known,
    translate_one,
    zone_name,
)
from shared.messages.invitations.details import Details, Tag
from shared.messages.invitations.drafting import DraftView
from shared.messages.invitations.mentions import NOBODY, Mention
from shared.messages.views import InvitationView

QUOTED = 120
MENTIONED = 80
CONTENT, FIELD, TITLE = 2000, 1024, 256
NO_ID = "0"
# Where the announcement shows what a field of the form says; the mistake stands in the first.
LABELS: Mapping[str, tuple[PlainKey, ...]] = {
    "when": ("label-when",),
    "world": ("label-world",),
    "max_participants": ("label-capacity",),
}


class Card(NamedTuple):
    """A card as Discord shows it."""

    text: str
    embed: disnake.Embed
    rows: list[ActionRow[Any]]

    def payload(self) -> Payload:
        """Return the card as Discord's REST API takes it."""
        rows = [row.to_component_dict() for row in self.rows]
        return {"content": self.text, "embeds": [self.embed.to_dict()], "components": rows}


@dataclass(frozen=True, slots=True)
class Shown:
    """A draft, the guild's language and zone, and the language of its host."""

    view: DraftView
    draft: Draft
    locale: Locale
    language: Language
    now: datetime
    mentions: Mapping[Mention, Mentionable]
    tags: Sequence[Tag]

    @property
    def details(self) -> Details:
        """Return what is shown: if it is complete, exactly what is stored."""
        return self.view.details or self.draft.shown

    @property
    def name(self) -> str:
        """Return the name of the event, for a sentence."""
        return plain(self.draft.typed.event_name, QUOTED) or translate(
            self.language, "draft-unnamed"
        )

    @property
    def can_be_posted(self) -> bool:
        """Return whether it is complete and without a mistake, also none that time has made."""
        is_complete = self.view.details is not None and not self.draft.mistakes
        return is_complete and is_possible(self.view.choices.mention, self.mentions)


def card(shown: Shown, above: str = "") -> Card:
    """Show a draft to its host: the event in the guild's language, the rest in the host's."""
    lines = [above, *_words(shown)] if above else _words(shown)
    return Card("\n".join(lines)[:CONTENT], _preview(shown), _rows(shown))


def question(shown: Shown) -> Card:
    """Ask a host whether a draft is to be dropped."""
    draft_id, language = shown.view.request_id, shown.language
    buttons: list[Button[None]] = [
        button(DropIt(draft_id), language, ButtonStyle.danger),
        button(OpenDraft(draft_id), language, label="draft_keep"),
    ]
    text = translate(language, "draft-ask_drop", event=shown.name)
    return Card(text, _preview(shown), [ActionRow(*buttons)])


def _words(shown: Shown) -> list[str]:
    draft, language = shown.draft, shown.language
    wrong = dict(draft.mistakes)
    lines = [translate(language, "draft-title")]
    if "when" not in wrong:
        lines.append(_times(shown))
        lines += _remarks(shown)
    if wrong:
        lines.append(translate(language, "draft-mistakes", count=len(wrong)))
    for name in OTHER_FIELDS:
        if name in wrong:  # the announcement has no field for it
            field = translate_one(language, "field", name)
            lines.append(f"{field}: {_mistake(shown, name)}")
    if "vrchat_profile" not in wrong and draft.vrchat_profile:
        lines.append(translate(language, "draft-has_profile"))
    if shown.view.image:
        lines.append(translate(language, "draft-has_image"))
    if more := draft.shown.more_reminders:
        times = ", ".join(ahead(each.minutes, language) for each in more)
        lines.append(translate(language, "draft-has_reminders", times=times))
    return [*lines, *_mention(shown)]


def _mention(shown: Shown) -> list[str]:
    """Say who is mentioned when it is posted; as the last line it stands where it will stand."""
    chosen, language = shown.view.choices.mention, shown.language
    if chosen == NOBODY:
        return []
    if not is_possible(chosen, shown.mentions):
        return [translate(language, "draft-mention_gone")]
    said = [translate(language, "draft-mention", mention=mention_text(chosen))]
    if not shown.mentions[chosen].is_notified:
        permission = translate(language, "permission-mention_everyone")
        said.append(translate(language, "draft-mention_silent", permission=permission))
    return said


def _times(shown: Shown) -> str:
    """Say when the event is in the words of the host, in the zone of the guild."""
    locale = shown.locale._replace(language=shown.language)
    in_words = period(shown.details.start_time, shown.details.end_time, shown.now, locale)
    zone = zone_name(shown.language, locale.zone.key)
    return translate(shown.language, "draft-times", period=in_words, zone=zone)


def _remarks(shown: Shown) -> list[str]:
    typed, details = shown.draft.typed, shown.details
    words = {
        "typed": plain(typed.when_at_first, QUOTED),
        "zone": zone_name(shown.language, shown.locale.zone.key),
        "duration": duration(details.end_time - details.start_time, shown.language),
    }
    texts = (translate_if_known(shown.language, f"remark-{each}", words) for each in typed.remarks)
    return [text for text in texts if text]


def _mistake(shown: Shown, field: str) -> str:
    language, code = shown.language, dict(shown.draft.mistakes)[field]
    typed = plain(str(getattr(shown.draft.typed, field)), QUOTED)
    words = {"zone": zone_name(language, shown.locale.zone.key), "typed": typed}
    key = f"mistake-{code}"
    mistake = translate_if_known(language, key, words) or refusal(language, code, words)
    if not typed or "typed" in KEYS.get(key, ()):  # some quote it themselves
        return translate(language, "draft-missing", mistake=mistake)
    return translate(language, "draft-mistake", typed=typed, mistake=mistake)


def _preview(shown: Shown) -> disnake.Embed:
    """Draw the announcement by its own function, and write each mistake into its field."""
    guild, view = shown.locale.language, _announced(shown)
    when = in_zone(view.start_time, view.end_time, shown.now, shown.locale)
    sign_up = shown_sign_up(view, shown.now, shown.locale)
    [drawn] = announcement(view, guild, when, sign_up)["embeds"]
    embed = disnake.Embed.from_dict(drawn)
    if shown.view.image_url:
        embed.set_image(url=shown.view.image_url)
    for field, _ in shown.draft.mistakes:
        text = _mistake(shown, field)
        if field == "event_name":
            embed.title = text[:TITLE]
        elif field == "description":
            embed.description = text
        for place, label in enumerate(LABELS.get(field, ())):
            name = translate(guild, label)
            at = next(n for n, each in enumerate(embed.fields) if each.name == name)
            embed.set_field_at(at, name, text[:FIELD] if place == 0 else "—", inline=False)
    return embed


def _announced(shown: Shown) -> InvitationView:
    """Return the invitation as it will stand when nobody has pressed yet."""
    return InvitationView(
        **dict(shown.details),
        id=NO_ID,
        version=1,
        guild_id=shown.view.guild_id,
        channel_id=NO_ID,
        thread_id=NO_ID,
        host_id=shown.view.host_id,
        host_name="",
        status="recruiting",
        joined_count=0,
        participants=[],
        interested_count=0,
    )


def _rows(shown: Shown) -> list[ActionRow[Any]]:
    draft_id, language = shown.view.request_id, shown.language
    choices = shown.view.choices
    # A tag that the guild has dropped stays with the drafts that have it.
    tags = {tag: tag_name(language, tag) for tag in (*shown.tags, choices.tag)}
    instances = {kind: translate_one(language, "instance", kind) for kind in INSTANCE_TYPES}
    forms = _forms(shown)
    buttons: list[Button[None]] = [
        button(
            PostIt(draft_id), language, ButtonStyle.success, is_disabled=not shown.can_be_posted
        ),
        forms[Compose],
        forms[MoreOfDraft],
        button(ImageOfDraft(draft_id), language),
        button(AskToDrop(draft_id), language),
    ]
    selects: list[ActionRow[Any]] = [
        ActionRow(_select(ChooseInDraft(draft_id, "tag"), tags, choices.tag, language)),
        ActionRow(
            _select(
                ChooseInDraft(draft_id, "instance_type"), instances, choices.instance_type, language
            )
        ),
    ]
    if shown.mentions or choices.mention != NOBODY:
        names = {each: there.name[:MENTIONED] for each, there in shown.mentions.items()}
        mentions = {NOBODY: translate(language, "mention-nobody")} | names
        chosen = ChooseInDraft(draft_id, "mention")
        selects.append(ActionRow(_select(chosen, mentions, choices.mention, language)))
    others: list[Button[None]] = [
        forms[RemindersOfDraft],
        button(SaveAsTemplate(draft_id), language, is_disabled=shown.view.details is None),
    ]
    return [*selects, ActionRow(*buttons), ActionRow(*others)]


def _forms(shown: Shown) -> dict[type[CustomId], Button[None]]:
    """Return the button in the place of each form; 直す opens the one that has a mistake."""
    draft_id, language = shown.view.request_id, shown.language
    wrong = dict(shown.draft.mistakes).keys()
    kind: type[Compose | MoreOfDraft | RemindersOfDraft] = Compose
    if wrong and wrong <= set(OTHER_FIELDS):
        kind = RemindersOfDraft if wrong == {reminders.FIELD} else MoreOfDraft
    forms = (MoreOfDraft, RemindersOfDraft)
    places = {each: button(each(draft_id), language) for each in forms}
    main = button(Compose(draft_id), language, label="draft_main")
    mend = button(kind(draft_id), language, ButtonStyle.primary, label="compose")
    return places | {kind: main, Compose: mend}


def _select(
    custom_id: ChooseInDraft, labels: dict[Any, str], chosen: str, language: Language
) -> StringSelect[None]:
    field = translate_one(language, "field", custom_id.field)
    return StringSelect(
        custom_id=custom_id.encode(),
        placeholder=field,
        options=[
            # A select shows only its choice, so the choice says what it is about.
            SelectOption(
                label=f"{field}: {label}" if value == chosen else label,
                value=value,
                default=value == chosen,
            )
            for value, label in labels.items()
        ],
    )
