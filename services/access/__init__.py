"""Who may pass which door of the park, who did, and who is in its directory.

Owns tenants and people, zones, doors and access points, controllers and their heartbeats, badges,
PINs, schedules and special days, groups, rights and the ceilings over them, lockdowns, evacuations,
decisions, presence and the journal.

Announces `directory.tenant_listed` and `_delisted`, `directory.person_listed` and `_delisted`,
`premises.zone_listed`, `premises.zone_delisted`, `premises.special_day_confirmed`,
`premises.special_day_withdrawn`, `access.passage_taken` (only for visitors, and for holders whom a
booking covers there and then), `access.alarm_raised` and `access.alarm_cleared`,
`access.lockdown_started` and `_ended`, `access.evacuation_started` and `_ended`,
`access.controller_silenced` and `_heard`.

Reacts to `booking.*` and `visit.*`: whoever may pass because of them may pass while they stand;
and what each service answers about a leaver is shown.
"""
