"""Which metrics there are, and by what each is told apart.

One rule: no label is a person, a tenant, a door or an id of anything; a label has few values, all
of them known from the code.
"""

OF_EVERY_PROCESS: dict[str, tuple[str, ...]] = {
    "parvis_http_requests_total": ("method", "route", "status"),
    "parvis_http_refusals_total": ("method", "route", "code"),
    "parvis_http_request_seconds": ("method", "route"),
    "parvis_http_told_to_wait_total": ("whom",),
    "parvis_database_answers": (),
    "process_virtual_memory_bytes": (),
    "process_resident_memory_bytes": (),
    "process_start_time_seconds": (),
    "process_cpu_seconds_total": (),
    "process_open_fds": (),
    "process_max_fds": (),
}
OF_WORKERS: dict[str, tuple[str, ...]] = {
    "parvis_outbox_published_total": ("event", "replay"),
    "parvis_outbox_troubles_total": ("why",),
    "parvis_outbox_events": (),
    "parvis_outbox_oldest_seconds": (),
    "parvis_outbox_held_events": ("why",),
    "parvis_relay_turn_timestamp_seconds": (),
    "parvis_inbox_handled_total": ("outcome",),
    "parvis_inbox_listening": (),
    "parvis_inbox_waiting_events": (),
    "parvis_inbox_parked_events": (),
    "parvis_inbox_dead_messages": (),
    "parvis_timers_total": ("outcome",),
}
OF_ACCESS: dict[str, tuple[str, ...]] = {
    "parvis_decisions_total": ("outcome", "reason"),
    "parvis_policy_version": (),
    "parvis_alarms_open": ("kind",),
    "parvis_controllers_silent": (),
}
OURS = OF_EVERY_PROCESS | OF_WORKERS | OF_ACCESS


def shown_by(service: str) -> dict[str, tuple[str, ...]]:
    """What a process of this service shows that serves and works."""
    return OURS if service == "access" else OF_EVERY_PROCESS | OF_WORKERS
