"""What a service needs, looked at one by one: `parvis <service> doctor`.

One rule: every finding is one sentence that says what is, and where it is not well what to do.
Looking changes nothing, but for bindings, which are put on as a starting worker does.
"""
