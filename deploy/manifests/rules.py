"""Everything that is demanded of an overlay beyond its schemas."""

from collections.abc import Callable, Iterator

from deploy.manifests import operated, pods, reach, secrets, upkeep, watch, wiring
from deploy.manifests.rendering import Resources

Rule = Callable[[Resources], Iterator[str]]

RULES: tuple[Rule, ...] = (
    pods.run_as_nobody,
    pods.hold_no_token,
    pods.say_what_they_need,
    pods.say_how_they_are,
    pods.run_a_release,
    pods.migrate_apart,
    pods.outlive_a_machine,
    wiring.names_are_known,
    wiring.services_find_pods,
    wiring.secrets_are_elsewhere,
    wiring.keys_are_mounted,
    wiring.settings_are_known,
    wiring.connections_suffice,
    wiring.the_namespace_is_restricted,
    reach.all_is_closed_first,
    reach.edges_are_policies,
    reach.the_outside_is_reached,
    reach.names_are_answered,
    secrets.secrets_are_made,
    secrets.secrets_are_ones_own,
    secrets.secrets_are_files,
    upkeep.machines_can_be_emptied,
    upkeep.only_apis_scale,
    upkeep.releases_roll,
    upkeep.endings_are_awaited,
    upkeep.ports_are_named_alike,
    operated.images_are_releases,
    operated.copies_are_apart,
    operated.the_broker_holds_what_the_code_says,
    operated.all_are_backed_up,
    watch.all_are_watched,
)
