"""Who may pass where, and why: rights looked up from the person's side and from the door's."""
