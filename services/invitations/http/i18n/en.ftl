### The words of calendar feeds in English, and in every language that has no file of its own.
### A new language is a copy of this file under the name that Discord gives the language (ko.ftl, zh-TW.ftl).

calendar-member = My events
calendar-guild = Events

event-plain = { $event }
event-cancelled = [Cancelled] { $event }
event-waitlisted = [On the waitlist] { $event }
event-interested = [Interested] { $event }
event-hosted = [Hosting] { $event }

host = Host: { $name }
