"""All tables of this service: importing this module declares every one of them."""

import services.visitors.agreements.domain
import services.visitors.assistants.domain
import services.visitors.badges.domain
import services.visitors.inviting.domain
import services.visitors.names.domain
import services.visitors.notices.domain
import services.visitors.policies.domain
import services.visitors.visitors.domain
import services.visitors.visits.domain  # noqa: F401 - declares tables, as the lines above
from services.visitors.database import tables

metadata = tables.metadata
