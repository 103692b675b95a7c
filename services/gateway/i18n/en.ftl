### What members read in English, and in every language that has no file of its own. Short, friendly sentences.
### One thing has one word: event, host, participant, waitlist, reminder, in charge.
###
### Refer to buttons and commands, as in { button-join } and { name-create }; do not copy their names into sentences.
### A sentence stands on one line: each line break is one in Discord, too. A new language is a copy of this file under
### the name that Discord gives the language (ko.ftl, zh-TW.ftl), with the same keys and the same variables.

## Words

-waitlist = waitlist
-invite = /{ name-invite }
-reminders-command = `{ -invite } { name-reminders }`
-templates-command = `{ -invite } { name-templates }`
-drafts-command = `{ -invite } { name-drafts }`
-repeat-command = `{ -invite } { name-repeat }`

## The announcement of an event

status-draft = Being prepared
status-recruiting = Open
status-full = Full
status-open = Open and full
status-completed = Over
status-cancelled = Cancelled

# Above the announcement: the state as a sign and in words, for readers without colours.
state-draft = 📝 { status-draft }
state-recruiting = 🟢 { status-recruiting }
state-full = ⏳ { status-full } (you can join the { -waitlist })
state-completed = 🏁 { status-completed }
state-cancelled = ❌ { status-cancelled }
state-before = 🕒 { sign_up-before }
state-closed = 🔒 { sign_up-closed }
# From start to end it stands before whether members can join.
under_way = Happening now
under_way-state = ▶️ { under_way } · { $state }
under_way-status = { under_way } · { $status }
sign_up-before = Sign-up not open yet
sign_up-closed = Sign-up closed

label-when = When
label-sign_up = Sign-up
sign_up-from = from { $opens }
sign_up-until = until { $until }
sign_up-between = from { $opens } until { $until }
sign_up-away = { $span } ({ $away })
label-span = { $start } – { $end } ({ $away })
label-in_zone = { $when } · { $zone }
label-host = Host
label-co_hosts = Co-hosts
label-with_co_hosts = { label-co_hosts }: { $members }
label-start = Start
label-end = End
label-opening = Sign-up opens
label-cutoff = Sign-up closes
label-capacity = Capacity
label-tag = Tag
label-instance_type = Instance
label-world = World
label-participants = Participants ({ $count })
label-interested = Interested ({ $count })
label-waitlist = Waitlist ({ $count })
label-and_more = and { $count } more
label-nobody = Nobody yet
label-cancel_reason = Why it was cancelled
label-erased = (erased)

button-join = Join
button-wait = Join the waitlist
button-interest = Interested
button-leave = Withdraw
button-detail = Details
button-reveal = For participants

tag-sightseeing = Sightseeing
tag-games = Games
tag-relaxed = Relaxed
tag-photos = Photo shoot
tag-event = Event
tag-other = Other

# The same names as in VRChat.
instance-public = Public
instance-grouppublic = Group Public
instance-friendplus = Friends+
instance-groupplus = Group+
instance-friend = Friends
instance-group = Group
instance-inviteplus = Invite+
instance-invite = Invite

## Joining and withdrawing

accepted-JoinInvitation = You have joined “{ $event }”.
accepted-JoinWaitlist = You are number { $place } on the { -waitlist } for “{ $event }”. You join automatically when it is your turn.
accepted-ShowInterest = You are marked as interested in “{ $event }”.
accepted-ShowInterest-joined = You no longer take part in “{ $event }”. You are marked as interested.
accepted-ShowInterest-passed_on = You no longer take part in “{ $event }”. You are marked as interested. Your seat went to the next member on the { -waitlist }.
accepted-ShowInterest-waitlisted = You have left the { -waitlist } for “{ $event }”. You are marked as interested.
accepted-LeaveInvitation = You have withdrawn from “{ $event }”.
accepted-LeaveInvitation-joined = You no longer take part in “{ $event }”.
accepted-LeaveInvitation-passed_on = You no longer take part in “{ $event }”. Your seat went to the next member on the { -waitlist }.
accepted-LeaveInvitation-waitlisted = You have left the { -waitlist } for “{ $event }”.
accepted-LeaveInvitation-interested = You are no longer marked as interested in “{ $event }”.

# Questions before a press takes something away. The buttons are below them.
refused-confirm_leave_seat = Give up your seat? { $waiting ->
        [one] One person is
       *[other] { $waiting } people are
    } waiting, so it goes to the next one at once.
refused-confirm_leave_queue = Leave the { -waitlist }? If you join it again, you start at the end.
refused-confirm_interest_seat = You take part in this event. Give up your seat, and only be marked as interested?
refused-confirm_interest_queue = You are on the { -waitlist }. Give up your place, and only be marked as interested?
refused-confirm_cancel = Cancel this event and notify its participants ({ $joined }) and { -waitlist } ({ $waiting })? A cancellation cannot be undone.
button-leave_sure = Give it up
button-interest_sure = Only “{ button-interest }”
button-cancel_sure = Cancel the event
button-keep = Change nothing
confirm-kept = Nothing has changed.

refused-full = This event is full (capacity { $max_participants }). Press “{ button-wait }” to join automatically when it is your turn.
refused-not_full = A seat is free. Press “{ button-join }”.
refused-sign_up_not_open = Sign-up is not open yet. It opens <t:{ $opens_at }:F> (<t:{ $opens_at }:R>).
refused-sign_up_closed = Sign-up closed on <t:{ $closed_at }:F>. Participants can still withdraw.
refused-already_joined = You have already joined.
refused-already_waitlisted = You are already on the { -waitlist }. “{ button-detail }” shows your place.
refused-already_interested = You are already marked as interested.
refused-not_participant = You have not signed up for this event.
refused-host_cannot_join = Host and co-hosts do not count towards the capacity, so you do not need to press “{ button-join }”.
refused-already_final = This event is already over or cancelled.
refused-not_found = This event could not be found.
refused-no_such_name = No event with this name was found. Please choose one of the suggestions.
refused-several_named =
    { $count ->
        [one] 1 event matches “{ $name }”. Please choose one of the suggestions.
       *[other] { $count } events match “{ $name }”. Please choose one of the suggestions.
    }
    { $events }

notice-promoted = { $member }, a seat became free and you are in. If you cannot come, press “{ button-leave }”. “{ button-reveal }” shows the instance link once it is set.

## Creating an event

form-title = Create an event
field-tag = Tag
field-instance_type = Instance type
field-mention = Mention
field-image = Picture
form-image = Picture of the event
hint-image = PNG, JPEG, WebP or GIF, at most { $most } MB. Submit without a file to remove the picture.
mention-nobody = Nobody
field-start_time = Start
field-end_time = End
field-opening_time = Sign-up opens (optional)
field-cutoff_time = Sign-up closes (optional)
field-max_participants = Capacity
field-reminder_minutes = Reminder (minutes before the start)
field-co_host_ids = Co-hosts (optional)
field-more_reminders = More reminders (optional)
field-event_name = Event name
field-template_name = Name of the template
field-template_owner = For
field-when = When
field-world = World
field-world_name = World name
field-world_link = World link (optional)
field-description = Description
field-vrchat_profile = VRChat profile link (optional)
# In place of a field's name, when the whole form is wrong.
field-form = The form

hint-co_host_ids = At most { $most } members, no bots. They can do what the host can, and take no seat
hint-more_reminders = One per line, at most 3, such as: 1h We meet at the gate. Participants get it
hint-template_name = A template of the same name is replaced
hint-vrchat_profile = Only participants can read it. https://vrchat.com/home/user/usr_…
hint-max_participants = Participants besides the host, 1 to 100; an ordinary instance takes 79
hint-when = { $zone }. Examples: Sat 21:00-23:00, tomorrow 9pm to 11pm, 12/5 21:00-23:00
hint-world = Its name, its link, or both

accepted-DraftInvitation = Your event is ready: { $link }
accepted-PostDraft = The event was posted: { $link }
refused-cannot_post = The event could not be posted. { $why }
# Why Discord refused something.
why-missing = The bot lacks these permissions: { $permissions }. Please ask a member with the permission “{ permission-manage_guild }” to switch them on.
why-no_permission = The bot may not do this here. Please ask a member with the permission “{ permission-manage_guild }” to check its permissions.
why-thread_limit = The server has as many active threads as Discord allows. Close some that are not used, and try again.
why-forbidden_word = It contains a word that this server does not allow. Change it, and try again.
why-wrong_channel = There are no threads in this kind of channel. Please ask a member with the permission “{ permission-manage_guild }” to choose a text channel with `/{ name-setup }`.
why-channel_gone = The channel was deleted. Please ask a member with the permission “{ permission-manage_guild }” to choose another one with `/{ name-setup }`.
why-member_gone = They are no longer in this server.
why-refused = Discord says: { $reason }
why-unknown = Please ask staff to check the bot's permissions.
complaint-lock = ⚠️ A thread of { $channel } was closed but could not be locked, so members can still write in it. { $why }
complaint-ticket = ⚠️ A ticket could not be opened in { $channel }. { $why }
refused-draft_missing = The event you were creating could not be found. Please create it again.
refused-no_host_role = In this server only staff and members with { $roles } can create events.

## Drafts

draft-title = **Draft** (not posted yet)
draft-times = 🗓 { $period }, { $zone }
draft-mistakes =
    { $count ->
        [one] ❌ One field needs a change.
       *[other] ❌ { $count } fields need a change.
    } “{ button-compose }” opens the form as you filled it in.
draft-mistake = ❌ “{ $typed }”: { $mistake }
draft-missing = ❌ { $mistake }
draft-has_profile = 🔒 VRChat profile: set (only participants can read it)
draft-reminder = Reminder before the start
draft-has_reminders = 🔔 More reminders: { $times }
draft-has_image = 🖼 Picture: set (the post shows it as below; after some time it may not be visible here)
draft-mention = 📣 Mentioned once, when you post: { $mention }
draft-mention_gone = ❌ The mention that you chose cannot be used now. Choose another under “{ field-mention }”.
draft-mention_silent = ⚠️ This mention notifies nobody, because the bot lacks the permission “{ $permission }”. Please tell a member with the permission “{ permission-manage_guild }”.
draft-unnamed = (no name)
# The name of the world if only its link was typed.
draft-world = The linked world
draft-ask_drop = Discard the draft “{ $event }”? What you typed cannot be brought back.
draft-waits = (being posted)

drafts-title = Drafts
drafts-none = You have no drafts. `{ -invite } { name-create }` makes one.
drafts-more = and { $count } more (they appear when you post or discard one of those above)
drafts-until = (kept until { $until })
drafts-open = { $number }. Open { $event }

button-draft_post = Post
button-compose = Edit
button-draft_main = Name, times and words
button-draft_more = More settings
button-draft_drop = Discard
button-draft_drop_now = Discard
button-draft_reminders = Reminders
button-draft_image = Picture
button-draft_keep = Keep

accepted-SaveDraft-saved = The draft was saved. You can open it with { -drafts-command }.
accepted-ChooseForDraft-saved = { accepted-SaveDraft-saved }
accepted-DropDraft-dropped = The draft was discarded.
accepted-ChooseDraftImage-saved = { accepted-SaveDraft-saved }
accepted-ChooseDraftImage-removed = { accepted-SaveDraft-saved }
accepted-ChooseImage-saved = The picture of “{ $event }” was set.
accepted-ChooseImage-removed = The picture of “{ $event }” was removed.

refused-no_draft = This draft could not be found. It was discarded, or seven days have passed.
refused-SaveDraft-not_found = { refused-no_draft }
refused-ChooseForDraft-not_found = { refused-no_draft }
refused-PostDraft-not_found = { refused-no_draft }
refused-DropDraft-not_found = { refused-no_draft }
refused-draft_posted = This draft was already posted.
refused-draft_has_mistakes = A field still needs a change. Press “{ button-compose }”.
refused-draft_unreadable = This draft cannot be opened. Please tell staff.
refused-start_in_past = The start is in the past. Press “{ button-compose }” to change it.

remark-template = ⚠️ The date is the next such weekday, at the time of the template.
remark-next_week = ⚠️ The date is the next such weekday, at the time of the old event.

## Templates

templates-title = Templates
templates-none = There are no templates. “{ button-draft_template }” on a draft makes one.
templates-own = **Yours**
templates-of_guild = **The server's** (every host can use them)
templates-open = Choose one to make a draft
templates-delete = Choose one to delete it
template-line = - { $name } ({ $weekday } { $clock })
template-label_guild = { $name } (server)
template-own = Only me
template-of_guild = All hosts of the server
template-ask_delete = Delete the template “{ $name }”?
template-ask_delete_guild = Delete the server's template “{ $name }”? No host can use it afterwards.

button-draft_template = Save as template
button-template_delete_now = Delete

accepted-SaveTemplate-saved = The template was saved. Open it with { -templates-command }.
accepted-SaveTemplate-replaced = The template of this name was replaced.
accepted-DeleteTemplate-deleted = The template was deleted.

refused-no_template = This template could not be found. Please choose one of the suggestions.
refused-SaveTemplate-not_found = { refused-no_draft }
refused-SaveTemplate-names_an_instance = Nothing was saved: the name of a template cannot contain an instance link.
refused-DeleteTemplate-not_found = This template is already gone.

## Mistakes in a form

# A mistake follows the name of its field, one a line: “- Event name is required.”
mistake-all =
    Nothing was changed, because the form has mistakes.
    { $mistakes }
mistake-line = - { $field } { $mistake }
mistake-blank = is required.
mistake-line_break = must be one line.
mistake-control_character = contains characters that cannot be shown.
mistake-too_long = is too long.
mistake-out_of_range = must be from 1 to 100.
mistake-out_of_minutes = must be from 0 to 1440.
mistake-reminder_unreadable = cannot be read. Write one per line, such as: 1h We meet at the gate
mistake-reminder_out_of_range = must be between 1 minute and 7 days before the start.
mistake-reminders_too_many = can have at most 3 lines.
mistake-reminder_twice = has two reminders for the same time.
mistake-too_many_tags = must be at most 20.
mistake-colon = must not contain “:”.
mistake-not_offered = must be one of the choices.
mistake-not_a_world_link = is not a VRChat link (example: https://vrchat.com/home/world/wrld_…).
mistake-not_a_profile = is not a VRChat user page (example: https://vrchat.com/home/user/usr_…).
mistake-not_vrchat = is not a VRChat link (examples: https://vrchat.com/home/launch?…, https://vrch.at/…).
mistake-not_an_instance = is not an instance link (examples: https://vrchat.com/home/launch?worldId=wrld_…&instanceId=…, https://vrch.at/…).
mistake-names_an_instance = cannot contain an instance link, because everyone can read it. Once the event is posted, press “{ button-detail }”, then “{ button-link }”: only participants can read what you enter there.
mistake-instance_in_subject = cannot contain an instance link, because it is shown in lists. Write it under “{ field-details }”.
# Mistakes in a time quote what was typed.
mistake-time_unreadable = “{ $typed }” cannot be read (examples: 21:00, Sat 9pm, Dec 5 21:00, tomorrow 21:00-23:00, now; { $zone }).
mistake-when_unreadable = “{ $typed }” cannot be read (examples: Sat 9pm-11pm, tomorrow 21:00 for 2 hours, 12/5 21:00-23:00, now for 2 hours; { $zone }).
mistake-end_unreadable = “{ $typed }” cannot be read (examples: 2h, 90 min, 23:00, 1am, Dec 5 23:00; { $zone }).
mistake-day_unreadable = “{ $typed }” cannot be read (examples: Dec 31, next Saturday, 2026-12-31).
mistake-time_no_such_day = “{ $typed }” is not a day in the calendar.
mistake-time_past = “{ $typed }” is in the past ({ $zone }).
mistake-time_too_far = “{ $typed }” is too far ahead: two years at most.
mistake-time_time_missing = “{ $typed }” has no time (example: Dec 5 21:00).
mistake-time_end_missing = “{ $typed }” has no end (examples: Sat 21:00-23:00, Sat 9pm for 2 hours).
mistake-time_too_long = “{ $typed }” is too long: 72 hours at most.
mistake-time_not_after_start = “{ $typed }” is not after the start.
mistake-time_skipped_time = “{ $typed }” does not exist on that day ({ $zone }), because the clocks go forward past it. Please enter an earlier or a later time.
mistake-end_differs = differs from the end written with the start. Please write the end only once.
mistake-cutoff_unreadable = “{ $typed }” cannot be read (examples: 1 hour before, at the start, Sat 20:00, Dec 5 20:00. { $zone }).
mistake-cutoff_after_end = must be before the end.
mistake-opens_too_late = must be before sign-up closes and before the end.
mistake-time_weekday_differs = “{ $typed }” names a day of the week that does not match the date.
mistake-unknown_zone = is not the name of a time zone (examples: Tokyo, New York, Asia/Seoul).
mistake-changed_token = does not look like the token that was shown. Open the form again, and submit it without a change.
mistake-ends_before_start = must be after the start.
mistake-unreadable = cannot be read. Please start again from the command.

## A time that was read

month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun
moment-this_year = { $weekday }, { $month } { $day }, { $clock }
moment-other_year = { $weekday }, { $month } { $day }, { $year }, { $clock }
# Copied into a field for a time, it is read as the same time.
period-one_day = { $start }–{ $end } ({ $duration })
period-next_day = { $start }–{ $end } the next day ({ $duration })
period-days = { $start } – { $end } ({ $duration })
duration-hours =
    { $hours ->
        [one] 1 hour
       *[other] { $hours } hours
    }
duration-minutes =
    { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }
duration-both = { $hours } { $minutes }
remark-long = ⚠️ It lasts { $duration }. Please check that this is right.
remark-moved_to_tomorrow = ⚠️ That time has already passed today, so this is tomorrow.
remark-moved_to_next_week = ⚠️ That time has already passed today, so this is next week.
remark-weekday_differs = ⚠️ “{ $typed }” names a day of the week that does not match the date. The date counts.
remark-twice = ⚠️ The clocks go back on that day ({ $zone }), so this time comes twice. It is the first of the two.

## Editing

button-edit = Edit name, world and description
button-schedule = Edit times, sign-up and capacity
button-image = Picture
button-settings = Edit tag, instance and reminder
form-edit_content = { button-edit }
form-edit_schedule = { button-schedule }
form-edit_settings = { button-settings }
# The zone can have 32 characters.
hint-start_time = { $zone }. Examples: 21:00, Sat 9pm, Dec 5 21:00, tomorrow 21:00, now
hint-end_time = A duration (2h, 90 min) or a time ({ $zone }): 23:00, 1am, Dec 5 23:00
hint-opening_time = Nobody can join before it ({ $zone }): Sat 12:00, Dec 1 12:00
hint-cutoff_time = Nobody can join after it: 1 hour before, Dec 5 20:00 ({ $zone })
before-start = { $duration } before the start
before-at_start = at the start
hint-reminder_minutes = Minutes before the start to remind participants: 0 to 1440, 0 = off

zone-Asia_Tokyo = Japan time

accepted-EditInvitation = “{ $event }” was changed.
refused-changed_meanwhile = Someone else changed the same fields while your form was open, so nothing was overwritten. Please open “{ button-detail }” again and edit what is there now.
refused-nothing_changed = Nothing is different, so nothing was changed.
refused-below_seats_taken =
    { $joined_count ->
        [one] 1 member has already joined, so the capacity cannot be lower than that.
       *[other] { $joined_count } members have already joined, so the capacity cannot be lower than that.
    }
edit-mend = “{ button-compose }” opens the form with what you typed.
refused-ends_before_start = The end must be after the start. Nothing was changed.
refused-too_far_ahead = That is too far ahead: { $years } years at most. Nothing was changed.
refused-end_in_past = The end is in the past. Nothing was changed.
refused-cutoff_after_end = Sign-up must close before the end. Nothing was changed.
refused-opens_too_late = Sign-up must open before it closes and before the end. Nothing was changed.
refused-cutoff_in_past = The time at which sign-up closes is in the past. Press “{ button-draft_more }” to change it.

label-event_name = Event name
label-world_link = World link
label-description = Description
label-reminder = Reminder
label-more_reminders = More reminders
reminder-minutes =
    { $minutes ->
        [one] 1 minute before
       *[other] { $minutes } minutes before
    }
reminder-hours =
    { $hours ->
        [one] 1 hour before
       *[other] { $hours } hours before
    }
reminder-days =
    { $days ->
        [one] 1 day before
       *[other] { $days } days before
    }
reminder-never = none

notice-edited =
    “{ $event }” has changed.
    { $changes }
notice-from_to = - { $field }: { $before } → { $after }
notice-is_now = - { $field }: { $now }
notice-dropped = - { $field }: none
notice-rewritten = - { $field } (press “{ button-detail }” to read it)

## Cancelling and ending

button-cancel = Cancel the event
button-complete = End the event
button-completed = End it now
cancel-title = Cancel the event
field-reason = Reason (optional)
hint-reason = Everyone can read it. A cancelled event cannot be reopened.
complete-confirm = End this event now? This cannot be undone.

accepted-CancelInvitation = “{ $event }” was cancelled.
accepted-CompleteInvitation = “{ $event }” has ended.

notice-cancelled = “{ $event }” was cancelled.
notice-cancelled_because =
    “{ $event }” was cancelled.
    Reason: { $reason }
notice-completed = “{ $event }” has ended.

## Repeating

accepted-RepeatInvitation-times =
    { $times ->
        [one] “{ $event }” repeats next week, one more time. When this one is over, the one on { $next } is posted.
       *[other] “{ $event }” repeats every week, { $times } more times. When this one is over, the one on { $next } is posted.
    }
accepted-RepeatInvitation-until = “{ $event }” repeats every week until { $until }. When this one is over, the one on { $next } is posted.
accepted-StopRepetition = “{ $event }” no longer repeats. This one is the last.
repetition-goes_on = It still repeats: the next one is on { $next }. To stop it, use { -repeat-command } on that one.
refused-one_end = Please choose exactly one of { name-times }, { name-until } and { name-stop }.
refused-until_too_soon = The next one would be after that day. Choose a later day. Nothing was changed.
refused-until_too_far = It can repeat until { $farthest } at most. Nothing was changed.
refused-not_repeated = This event does not repeat.
field-until = Last day
field-first_day = First day
label-repetition = Repeat
repetition-times =
    { $times ->
        [one] every week, 1 more time
       *[other] every week, { $times } more times
    }
repetition-until = every week until { $until }

## Telling the host

summary-title = Joined and left
summary-counts = Participants { $joined } / { $most } · { -waitlist } { $waiting } · interested { $interested }
summary-joined = joined
summary-added = was added
summary-promoted = moved up
summary-queued = { -waitlist }
summary-left = withdrew
summary-left_queue = left the { -waitlist }
summary-removed = A member was removed
notice-host_reminder = { $host }, your event “{ $event }” starts on { $start } ({ $count ->
        [one] one participant
       *[other] { $count } participants
    }).
notice-link_missing = There is no instance link yet. Set it below; only participants can read it.

notice-co_hosts = { $members }, you are now a co-host of “{ $event }”. You can edit and cancel it, add and remove participants and set the instance link. You take no seat.
notice-co_host_removed = You are no longer a co-host of “{ $event }”. The host or staff removed you ({ $at }). { $link }
refused-only_host_names = Only the host and staff can choose co-hosts. You can take yourself out.
refused-host_is_co_host = The host cannot be a co-host.

## Reminders

button-mute = 🔕 Turn reminders off
notice-reminder = “{ $event }” starts on { $start }.
reminders-on = On
reminders-off = Off
accepted-SetReminders-on = Reminders are on: you get one before each event you join. You also hear when an event that you are interested in gets a new time or world, or is cancelled.
accepted-SetReminders-off = Reminders are off, and you no longer hear of changes to events that you are only interested in. You still hear when an event that you have joined or are on the { -waitlist } for gets a new time or world, or is cancelled. { -reminders-command } turns them on again.
refused-already_reminded = The reminder was already sent.
refused-already_announced = This was already announced.
refused-already_started = It has already started.
refused-not_yet = It is not time yet.

## Adding and removing participants

accepted-AddParticipant = <@{ $user_id }> was added to “{ $event }”. They are notified in the thread.
accepted-RemoveParticipant = <@{ $user_id }> was removed from “{ $event }”. They get a direct message, unless they accept none.
accepted-RemoveParticipant-passed_on = <@{ $user_id }> was removed from “{ $event }”. They get a direct message, unless they accept none. The seat went to the next member on the { -waitlist }.
refused-AddParticipant-full = This event is full (capacity { $max_participants }), and the { -waitlist } goes first. With a higher capacity, the members on it join in their order.
refused-AddParticipant-already_waitlisted = They are on the { -waitlist }. While the event is full, nobody can skip the { -waitlist }. They join when it is their turn, or sooner if the capacity is raised.
refused-AddParticipant-already_joined = They have already joined.
refused-AddParticipant-host_cannot_join = They are the host or a co-host, and do not count towards the capacity.
refused-RemoveParticipant-not_participant = They have not signed up for this event.
refused-bot_cannot_join = A bot cannot join.
refused-not_in_guild = They are not a member of this server.
notice-added = { $member }, you were added to this event by { $by }. If you cannot come, press “{ button-leave }”. “{ button-reveal }” shows the instance link once it is set.
notice-removed = The host, a co-host or staff removed you from “{ $event }” ({ $at }). { $link }

## Links that only participants can read

button-link = Instance link
button-profile = VRChat profile
form-link_title = Set the instance link
form-profile_title = Set the host's VRChat profile
field-instance_link = Instance link
hint-instance_link = Only participants can read it. https://vrchat.com/home/launch?worldId=…
accepted-SetInstanceLink = The instance link of “{ $event }” is set. Only participants can read it, with “{ button-reveal }”.
accepted-SetProfile = The host's VRChat profile of “{ $event }” is set. Only participants can read it, with “{ button-reveal }”.
warning-other_world = ⚠️ The link leads to a different world than the event's own link.
warning-other_type = ⚠️ The link leads to a { $actual } instance, but the event says { $chosen }.
reveal-title = This is for participants only. Please keep it to yourself.
reveal-vrchat_profile = The host's VRChat profile: { $link }
reveal-instance_link = Instance link: { $link }
reveal-absent = not set yet
reveal-broken = It could not be opened. Please tell staff.
region-us = US West
region-use = US East
region-eu = Europe
region-jp = Japan
refused-not_seated = Only participants, the host and co-hosts can read this.
refused-nothing_to_reveal = There is no profile and no instance link yet.
# What was repaired after a change on Discord, and what cannot be.
notice-announcement_moved = The message of “{ $event }” was deleted, so it was posted again. Nobody has lost their seat: { $link }
notice-repairs_owed = ⚠️ “{ $event }” needs attention.
notice-repair_line = - { $part }: { $reason }
notice-repairs_later = The bot repairs what is shown as soon as it can.
repair-announcement = The event's message
repair-thread = The thread
repair-panel = The panel for staff
repair-scheduled_event = The event in Discord's calendar
repair-host = The host
owed-channel_gone = The channel was deleted. Choose another one with `/{ name-setup }`.
owed-missing_permission = The bot lacks these permissions. Switch them on in the settings of the channel.
owed-refused = Discord refuses it. Check whether the bot can see the channel.
owed-host_left = They have left the server. Staff decide whether the event takes place. It no longer repeats every week.

notice-new_link = “{ $event }” has a new instance link. Press “{ button-reveal }” to read it.

## Lists and history

button-previous = Back
button-pinned = Open the list
button-next = Next
list-title = Events
list-found = Events found for “{ $words }”
list-mine = Your events
list-empty = There are no such events.
pinned-title = 📌 Upcoming events
pinned-empty = There are no open events at the moment.
pinned-footer = Updated automatically. Times are shown in your own time zone.
pinned-refused = The list could not be posted. { $why }
accepted-PinList-pinned = The list is in this channel now, and is updated automatically. To keep it on top, pin the message. To end it, delete the message.
list-line = [{ $event }]({ $link })
    { $start } · { $tag } · { $status } { $seats } · hosted by { $host }
suggest-too_fast = That was a little too fast. Please wait a moment, then go on typing.
history-title = Your history
history-line = [{ $event }]({ $link })
    { $start } · { $tag } · { $status } · { $part }
part-joined = Joined
part-interested = Interested
part-waitlisted = On the { -waitlist }

## Calendars

calendar-intro = Add an address to your calendar app, and events appear and change by themselves (Google: “From URL”, iPhone: “Add Subscription Calendar”). Anyone who knows an address can read it, so please keep it to yourself.
calendar-member = Your own events (hosting, joined, on the { -waitlist }, interested): { $link }
calendar-guild = The open events of this server: { $link }
# An address that an iPhone opens as a subscription.
calendar-webcal = For iPhone: { $link }
calendar-absent = there is no address
calendar-broken = it could not be opened; please make a new address
calendar-not_offered = This server does not offer calendars.
button-calendar_renew = New address for my events
button-calendar_revoke = Remove my address
button-calendar_renew_guild = New address for the server

## Your own data

mydata-exported = This is everything stored about you, from events and tickets. Only you can see it.
mydata-more = There is a lot of it, so it comes in several files. Please wait a moment.
mydata-part = This is file { $part }.
mydata-last_part = This is file { $part }, the last one.
mydata-no_tickets = Tickets are not included this time. Please try again later.
mydata-explain_erasure =
    This erases what is stored about you, and cannot be undone.
    - You leave every open event: as a participant, on the { -waitlist }, as interested, as a co-host, and as staff in charge. Your seats go to the { -waitlist }
    - Past events keep how many came, but not your name and ID; those you hosted lose their description, too
    - The audit log loses your name and ID
    - Your reminder setting and your calendar address are erased
    - Your open tickets are closed, and all your tickets are erased
    Announcements, transcripts of tickets and messages on Discord stay. You cannot do this while you host an open event. `/{ name-mydata } { name-export }` gives you a copy first.
button-erase = Erase everything
accepted-EraseMyData = What was stored about you has been erased.
refused-hosts_open =
    { $count ->
        [one] You host 1 event that is not over.
       *[other] You host { $count } events that are not over.
    } Cancel or end them first (`{ -invite } { name-mine }`; before that, stop those that repeat every week with { -repeat-command }). Nothing was erased.
refused-file = The file could not be sent; it may be too large. Please tell staff.

## Staff

label-staff = In charge
label-no_staff = Nobody
# How many there are stands below it.
label-waiting = Waitlist
button-assign = Take charge
button-release = Release
accepted-AssignStaff = You are now in charge of “{ $event }”.
accepted-ReleaseStaff = Nobody is in charge of “{ $event }” now.
refused-already_assigned = { $staff_name } is already in charge.
refused-already_yours = You are already in charge.
refused-not_assigned = Nobody is in charge.

audit-title = Audit log
audit-title_tickets = Audit log (tickets)
audit-ClaimTicket = took charge of a ticket
audit-ReleaseTicket = released a ticket
audit-TransferTicket = put another staff member in charge of a ticket
audit-HoldTicket = put a ticket on hold
audit-ResumeTicket = took a ticket off hold
audit-CloseTicket = closed a ticket
audit-AddToTicket = added a person to a ticket
audit-RemoveFromTicket = removed a person from a ticket
audit-ReadTranscript = got the transcript of a ticket
audit-ChangeTicketSettings = changed the settings of tickets
audit-empty = There are no entries.
audit-line = { $at } **{ $who }** { $action }
audit-line_about = { $at } **{ $who }** { $action } { $about }
audit-detailed = { $action } ({ $details })
audit-and = ,{" "}
audit-vrchat_profile = profile
audit-instance_link = instance link
audit-AddParticipant = added a participant
audit-RemoveParticipant = removed a participant
audit-EditInvitation = edited
audit-SetInstanceLink = set the instance link
audit-ChooseImage = changed the picture
audit-SetProfile = set the profile
audit-RevealSecrets = opened “{ button-reveal }”
audit-RenewCalendar = renewed the server's calendar address
audit-RepeatInvitation = set a weekly repeat
audit-StopRepetition = stopped the weekly repeat
audit-AssignStaff = took charge
audit-ReleaseStaff = removed the member in charge
audit-CancelInvitation = cancelled
audit-CompleteInvitation = ended early
audit-ChangeGuildSettings = changed the server's settings
audit-SetApiToken = changed the server's API token
audit-SaveTemplate = saved a template of the server
audit-DeleteTemplate = deleted a template of the server
audit-PinList = posted the list of events
audit-detail-times =
    { $value ->
        [one] 1 time
       *[other] { $value } times
    }
audit-detail-until = until { $value }
audit-detail-named_co_host = co-host added: { $member }
audit-detail-removed_co_host = co-host removed: { $member }
audit-set = { $setting }: { $before } → { $after }
audit-setting-language = language
audit-setting-time_zone = time zone
audit-setting-announcement_channel_id = event channel
audit-setting-staff_channel_id = staff channel
audit-setting-list_channel_id = list channel
audit-setting-staff_role_ids = staff roles
audit-setting-host_role_ids = roles that may create events
audit-setting-tags = tags
audit-setting-reminder_minutes = default reminder
audit-setting-mirrors_scheduled_events = also shown as Discord events
audit-setting-mention_role_ids = roles that hosts may mention
audit-setting-mentions_everyone = mentions of @everyone and @here
audit-setting-is_listed = listed in the public API
audit-setting-has_api_token = API token
audit-setting-log_channel_id = transcript channel
audit-setting-per_category = open tickets of one kind
audit-setting-warn_after_minutes = minutes until the warning
audit-setting-close_after_minutes = minutes until it closes
audit-setting-categories = kinds of tickets

## Tickets

ticket-panel_title = Talk to staff
ticket-panel = The buttons below open a thread that only you and staff can read.
category-question = Question
category-trouble = Trouble
category-other = Other

form-ticket = Open a ticket: { $category }
field-subject = Subject
field-details = Details
hint-details = Only you and staff can read this.

ticket-thread = { $category } · { $member }
ticket-opened = { $staff } This is a ticket of { $member }. Please wait for staff. Only you and staff can read this thread.
ticket-is_new = Nobody is in charge yet
ticket-is_claimed = In charge: { $staff }
ticket-is_held = { $standing } (on hold)
ticket-is_closed = This ticket is closed.
ticket-closed_asked = { $by } has closed this ticket. Thank you.
ticket-closed_silence = This ticket was closed, because nobody wrote for a while.
ticket-closed_left = This ticket was closed, because the member left the server.
ticket-warning = { $people } Nobody has written for a while. If nobody writes before { $at }, this ticket is closed.
ticket-closed_thread_deleted = This ticket was closed, because its thread was deleted.
ticket-closed_thread_closed = This ticket was closed, because its thread was closed.
ticket-record_later = You can get the transcript with `/{ name-ticket } { name-history }`.
ticket-message_again = The first message was deleted, so here is another one. Its text is lost.
ticket-not_let_in = However, they could not be added to the thread. { $why }
ticket-reason = Reason: { $reason }
button-ticket_claim = Take charge
button-ticket_release = Release
button-ticket_hold = Put on hold
button-ticket_resume = Resume
button-ticket_close = Close
form-close_ticket = Close the ticket
field-close_reason = Reason (optional)
hint-close_reason = It is posted in the thread. A closed ticket cannot be reopened.

accepted-RequestTicket = Your ticket is open: { $thread }
accepted-ClaimTicket = You are now in charge of { $thread }.
accepted-ReleaseTicket = You are no longer in charge of { $thread }.
accepted-TransferTicket = { $person } is now in charge of { $thread }.
accepted-HoldTicket = { $thread } is on hold. It stays open even if nobody writes.
accepted-ResumeTicket = { $thread } is no longer on hold.
accepted-CloseTicket = The ticket is closed.
accepted-AddToTicket = { $person } can now read { $thread }.
accepted-RemoveFromTicket = { $person } can no longer read { $thread }.

refused-ticket_heard_just_now = A message was already noted a moment ago.
refused-ticket_not_found = This ticket could not be found. If it was just opened, please wait a moment and press again.
refused-ticket_closed = This ticket is already closed.
refused-ticket_taken = <@{ $staff_id }> is in charge of this ticket.
refused-ticket_already_yours = You are already in charge of this ticket.
refused-ticket_not_taken = Nobody is in charge of this ticket.
refused-not_a_staff_member = <@{ $user_id }> is not a staff member.
refused-ticket_already_held = It is already on hold.
refused-ticket_not_held = It is not on hold.
refused-ticket_not_yours = Only staff and the member who opened the ticket can close it.
refused-ticket_is_theirs = The member who opened the ticket cannot be removed. Press “{ button-ticket_close }” to end it.
refused-ticket_people =
    { $most ->
        [one] Up to 1 person can be added to or removed from one ticket.
       *[other] Up to { $most } people can be added to or removed from one ticket.
    }
refused-ticket_limit =
    { $most ->
        [one] You can have 1 open ticket of this kind at a time. Write in it, or close it first.
       *[other] You can have { $most } open tickets of this kind at a time. Write in one of them, or close one first.
    }
refused-ticket_category_off = Tickets of this kind are not offered at the moment.
refused-no_ticket_categories = No kind of ticket is offered. A member with the permission “{ permission-manage_guild }” can choose some with `/{ name-setup }`.
refused-ticket_private = Only staff and the member who opened the ticket can read it.
refused-cannot_open_thread = The thread could not be opened. { $why }
refused-refused_by_discord = Discord refused it. { $why }
refused-AddToTicket-refused_by_discord = <@{ $user_id }> could not be added. { $why }
refused-RemoveFromTicket-refused_by_discord = <@{ $user_id }> could not be removed and can still read the thread. { $why }
refused-member_gone = <@{ $user_id }> is no longer in this server.
refused-no_panel_here = The panel cannot be posted here. Please use an ordinary text channel.

tickets-open = Open tickets
tickets-own = Your tickets
tickets-none = There are no tickets.
tickets-record = Transcript: { $subject }
tickets-closed = closed
tickets-line =
    { $thread } { $subject }
    { $category } · { $member } · { $at } · { $standing }

button-ticket_transcript = Get the transcript
transcript-record = { $category } · { $member } · in charge: { $staff } · { $thread }
transcript-here = This is the transcript. You can open it in a browser.
transcript-gone = There is no transcript, because the thread was deleted.
transcript-opened = Opened { $at }
transcript-limits = This is the thread as it was when the transcript was made. Deleted messages are missing, edited messages have their last text, and files are only named.
transcript-shortened =
    { $count ->
        [one] The thread is long: its oldest message is not included.
       *[other] The thread is long: its { $count } oldest messages are not included.
    }
transcript-attachment = Attachment: { $name }
transcript-staff = staff
transcript-opener = opened this ticket
transcript-left = no longer in this server
transcript-bot = bot
transcript-edited = edited { $at }
transcript-wordless = This bot may not read the content of messages (Message Content Intent), so what other people wrote is not included.

## Setting up a server

# The name of this language, in this language.
language-name = English

page-events = Events
page-mentions = Mentions
page-staff = Staff
page-tickets = Tickets
page-locale = Language and time zone
page-listing = Public list and API

setting-announcement_channel_id = Channel for events
setting-host_role_ids = Roles that may create events
setting-tags = Tags
setting-reminder_minutes = Default reminder
setting-mirrors_scheduled_events = Also show as Discord events
setting-staff_role_ids = Staff roles
setting-staff_channel_id = Staff channel
setting-language = Language of the server
setting-time_zone = Time zone
setting-log_channel_id = Channel for transcripts
setting-categories = Kinds of tickets
setting-per_category = Open tickets of one kind
setting-silence = When nobody writes
setting-mention_role_ids = Roles that hosts may mention
setting-mentions_everyone = @everyone and @here
setting-is_listed = Show in the public API
setting-has_api_token = API token
unset-announcement_channel_id = Not chosen yet. Members can create events once it is.
unset-host_role_ids = Everyone
unset-staff_role_ids = None (members with “{ permission-manage_guild }” are staff)
unset-mention_role_ids = None (posts mention nobody)
unset-staff_channel_id = None (staff get no panels)
unset-log_channel_id = None (no transcripts of closed tickets are kept)

setup-title = Settings: { $page }
setup-no_categories = None (members cannot open tickets)
setup-tickets = Up to { $count }
setup-silence = Warn after { $warn }, close { $close } later
setup-days =
    { $count ->
        [one] 1 day
       *[other] { $count } days
    }
setup-hours =
    { $count ->
        [one] 1 hour
       *[other] { $count } hours
    }
setup-minutes =
    { $count ->
        [one] 1 minute
       *[other] { $count } minutes
    }
setup-silence_applies = A change counts for open tickets from the next message on.
setup-on = on
setup-off = off
setup-switch = { $setting }: { $state }
setup-listing = When it is on, anyone can read this server's events outside Discord (through the public API), with the host's name. Participants are not shown.
setup-token = There is one. Programs that have it can read this server's events and participants from the API.
setup-no_token = None. With one, your programs can read this server's events and participants from the API.
setup-channel_gone = ⚠️ This channel was deleted. Please choose another one.
setup-roles_gone = ⚠️ These roles were deleted. Please choose others.
setup-mentions = Hosts can choose one of those that you allow here, on the draft. Only the first post mentions them.
setup-missing = ⚠️ The bot lacks these permissions:
setup-missing_line = - **{ $permission }** ({ $reason })
setup-where_channel = Switch them on in { $channel }: Edit Channel → Permissions → { $role }
setup-where_server = Switch them on in Server Settings → Roles → { $role } → Permissions
setup-look_again = Then press the blue button below to look again.
button-setup = Open the settings
button-setup_test = Post a test
button-setup_tags = Edit tags
button-setup_token = Create an API token
button-setup_zone = Another time zone
field-tags = Tags
field-api_token = New API token
field-time_zone = Time zone
hint-tags = One per line, at most { $most }, each up to 16 characters; hosts see them in this order
hint-token = Copy it, then submit: the previous one stops working. An empty field leaves the server without one
hint-time_zone = The name of a city. Examples: Tokyo, New York, Asia/Seoul

# The same names as in Discord.
permission-view_channel = View Channel
permission-send_messages = Send Messages
permission-embed_links = Embed Links
permission-read_message_history = Read Message History
permission-create_public_threads = Create Public Threads
permission-create_private_threads = Create Private Threads
permission-send_messages_in_threads = Send Messages in Threads
permission-manage_threads = Manage Threads
permission-attach_files = Attach Files
permission-create_events = Create Events
permission-mention_everyone = Mention @everyone, @here and All Roles
permission-manage_guild = Manage Server
# Why the permission is needed.
need-view_channel = to use this channel
need-send_messages = to post
need-embed_links = to show the event as a card
need-read_message_history = to post nothing twice
need-create_public_threads = to open a thread for each event
need-create_private_threads = to open tickets
need-send_messages_in_threads = to notify participants in the thread
need-manage_threads = to close threads and to remove members who withdraw
need-attach_files = to attach pictures of events and the transcripts of tickets
need-mention_everyone = to notify roles that not everyone may mention
need-create_events = to show events as Discord events

setup-test_name = Test
setup-test_text = This is a test of the settings. It disappears in a moment.
setup-step_done = ✅ { $step }
setup-step_refused = ❌ { $step }: { $reason }
setup-test_worked = Everything works. The test is removed, and you can start with events.
setup-test_failed = Not everything worked. Please fix it and try again.
step-post = Post in the channel
step-thread = Open a thread
step-say = Write in the thread
step-lock = Close the thread
step-remove_thread = Remove the thread
step-remove = Remove the post
reason-no_access = The bot cannot see this channel.
reason-no_permission = The bot lacks a permission. The settings show which one.
reason-no_channel = The channel could not be found.
reason-thread_limit = The server has reached Discord's limit of threads.
reason-away = Discord does not answer.

setup-first_word =
    Thank you for adding me. I help you plan VRChat events and gather participants.
    First, a member with the permission “{ permission-manage_guild }” chooses the channel for events: with the button below or `/{ name-setup }`.
setup-needed = First, choose the channel for events.
setup-ask_owner = Events cannot be created in this server yet. Please ask { $owner } or a member with the permission “{ permission-manage_guild }” to run `/{ name-setup }`.
refused-image_kind = Please choose a PNG, JPEG, WebP or GIF picture. Nothing else has changed.
refused-image_too_large = A picture has at most { $most } MB. Make it smaller, or a JPEG, and choose it again. Nothing else has changed.
refused-image_unreadable = This file cannot be read as a picture. Please choose a PNG, JPEG, WebP or GIF. Nothing else has changed.
refused-image_gone = The picture could not be downloaded from Discord. Please choose it again.
refused-image_replaced = Another picture was chosen later, so this one is not used.
refused-tag_not_offered = This tag cannot be chosen any more. Please choose another.
refused-mention_not_allowed = The mention that you chose is not allowed by the settings of this server. Choose another under “{ field-mention }”.
refused-everyone_is_no_role = @everyone cannot be chosen as a role. Use the button “{ setting-mentions_everyone }”.
refused-token_taken = This token cannot be used. Open the form again to get a new one.
refused-not_set_up = Events cannot be created in this server yet. Please ask a member with the permission “{ permission-manage_guild }” to run `/{ name-setup }`.

## Limits

refused-limit_presses =
    { $most ->
        [one] That was a little too fast: only 1 press a minute.
       *[other] That was a little too fast: up to { $most } presses a minute.
    } Please try again <t:{ $again_at }:R>.
refused-limit_changes =
    { $most ->
        [one] You can make 1 change a day (opening “{ button-reveal }” counts, too).
       *[other] You can make up to { $most } changes a day (opening “{ button-reveal }” counts, too).
    } You can go on <t:{ $again_at }:R>.
refused-limit_events =
    { $most ->
        [one] You can create 1 event a day.
       *[other] You can create up to { $most } events a day.
    } You can create the next one <t:{ $again_at }:R>.
refused-limit_open_events =
    { $most ->
        [one] You can have 1 open event at a time. You can create another when it is over or cancelled.
       *[other] You can have up to { $most } open events at a time. You can create another when one of them is over or cancelled.
    }
refused-limit_drafts = You already have { $most } drafts. Post or discard one of them first: { -drafts-command }
refused-limit_images =
    { $most ->
        [one] You can send 1 picture a day.
       *[other] You can send up to { $most } pictures a day.
    } You can send the next one <t:{ $again_at }:R>.
refused-limit_own_templates = You can have { $most } templates of your own. Delete one with { -templates-command }, or save under the name of one to replace it.
refused-limit_guild_templates = The server can have { $most } templates. Delete one with { -templates-command }, or save under the name of one to replace it.
refused-limit_exports =
    { $most ->
        [one] You can export your data once a day.
       *[other] You can export your data up to { $most } times a day.
    } You can do it again <t:{ $again_at }:R>.
refused-limit_tickets =
    { $most ->
        [one] You can open 1 ticket a day.
       *[other] You can open up to { $most } tickets a day.
    } You can open the next one <t:{ $again_at }:R>. If it is urgent, please speak to staff directly.

## When something goes wrong

accepted-unknown = Done.
refused-unknown = This was not accepted ({ $code }).
refused-unknown_component = This button is from an older version. Please open the event or the panel again.
refused-not_host = Only the host, co-hosts and staff can do this.
refused-not_staff = Only staff can do this.
refused-not_allowed = Only members with the permission Manage Server can change this.
refused-ChangeGuildSettings-not_found = The settings of this server could not be found.
refused-ChangeTicketSettings-not_found = { refused-ChangeGuildSettings-not_found }
refused-ReadTicketSettings-not_found = { refused-ChangeGuildSettings-not_found }
refused-SetApiToken-not_found = { refused-ChangeGuildSettings-not_found }
accepted-ChangeGuildSettings-changed = The settings are changed.
accepted-ChangeGuildSettings-same = The settings are already like this.
accepted-SetApiToken-changed = The API token is changed.
accepted-SetApiToken-same = This is the token already.
refused-erased_since = This was not done, because the member's data was erased right after it. Please do it again if you still want it.
refused-internal_error = Something went wrong and this could not be completed. Please try again later.
refused-unknown_command = The bot is being updated and could not do this. Please try again in a few minutes.
refused-overtaken = A button you pressed later was handled first, so this one did nothing.
refused-broker_away = This could not be accepted, because the bot is very busy or there is an outage. Please try again.
refused-reads_away = This cannot be read right now. Please try again in a moment.
refused-unprintable = Nothing was done, because the text contains characters that cannot be shown.
refused-names_an_instance = Nothing was posted or changed: an instance link cannot be where everyone can read it. Enter it under “{ button-detail }”, then “{ button-link }”, where only participants can read it.
refused-blank = Nothing was done, because a required text is blank.

## Names of commands and options (lower case, up to 32 characters, no spaces)

name-invite = invite
name-create = create
name-duplicate = duplicate
name-drafts = drafts
name-templates = templates
name-name = name
name-repeat = repeat
name-list = list
name-mine = mine
name-history = history
name-show = show
name-add = add
name-remove = remove
name-reminders = reminders
name-calendar = calendar
name-mydata = mydata
name-export = export
name-erase = erase
name-setup = setup
name-staff = staff
name-audit = audit
name-log = log
name-ticket = ticket
name-panel = panel
name-close = close
name-transfer = transfer
name-transcript = transcript
name-id = id
name-tag = tag
name-member = member
name-person = person
name-times = times
name-until = until
name-stop = stop
name-status = status
name-search = search
name-pin = pin
name-from = from

## Descriptions of commands and options (up to 100 characters)

command-invite = Create, find and change events
command-create = Create an event
command-drafts = Open an event you have begun to write
command-templates = Create an event from a template; list and delete templates
command-duplicate = Create an event as a copy of an old one
command-repeat = Repeat an event every week, or stop repeating it
command-list = See the events
command-mine = See the events you host or co-host
command-history = See the events you have taken part in
command-show = See one event
command-add = Add a participant (host, co-hosts and staff)
command-remove = Remove a participant (host, co-hosts and staff)
command-reminders = Reminders before events: on or off
command-calendar = See the addresses for your calendar app
command-mydata = Your data
command-export = Get everything that is stored about you
command-erase = Erase what is stored about you
command-setup = Set up how this server uses the bot
command-staff = For staff
command-audit = See who did what, and when
command-ticket = Tickets: talk to staff in private
command-ticket_panel = Post the panel that opens tickets in this channel (staff)
command-ticket_close = Close this ticket
command-ticket_transfer = Put another staff member in charge of this ticket (staff)
command-ticket_add = Add someone to this ticket (staff)
command-ticket_remove = Remove someone from this ticket (staff)
command-ticket_transcript = Get the transcript of this ticket
command-ticket_list = See the open tickets (staff)
command-ticket_history = See your tickets

option-invitation = The event's name or a part of it, its ID, link or thread
option-template = The template to make a draft from (none: the list)
option-own_invitation = The name of one of your events or a part of it, its ID, link or thread
option-repeated = Which event: its name or a part of it, its ID, link or thread
option-times = How many more times, 1 to 52
option-until = The last day it may start on, in the server's time zone. Examples: Dec 31, next Saturday
option-stop = Stop repeating: this one is the last
option-added = Member to add
option-removed = Member to remove
option-reminders = For all events you join
option-person = The member
option-wanted_tag = Only this tag
option-any_status = Only this status
option-wanted_status = Only this status (default: open and full)
option-search = Words in the names of event, world or host
option-pin = Post it in this channel and keep it current (staff)
option-from = From this day on, in the server's time zone. Examples: today, Saturday, Dec 5
option-audited_invitation = Only about this event: its name, ID, link or thread
option-audited_member = Only what this member did
option-audited_log = The log of events or of tickets (default: events)
