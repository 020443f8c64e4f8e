"""Every resource against its schema, where an unknown field is a mistake: Kubernetes' own of the
oldest and the newest version we stand by, and the operators'.
"""

import json
import os
from collections.abc import Iterator
from functools import cache

import kubernetes_validate
from jsonschema import Draft202012Validator

from deploy.manifests.by_hand import SPECS
from deploy.manifests.published import PACKAGES, NotFetched, published
from deploy.manifests.rendering import Json, Resources, named

VERSIONS = ("1.35", "1.37")
OURS = {"barmancloud.cnpg.io/v1", "rabbitmq.com/v1beta1"}


def against_schemas(resources: Resources) -> Iterator[str]:
    """What is wrong with which field."""
    for each in resources:
        if each["apiVersion"] in PACKAGES:
            yield from _custom(each, _published_spec(each["apiVersion"], each["kind"]))
        elif each["apiVersion"] in OURS:
            yield from _custom(each, _spec_by_hand(each["kind"]))
        else:
            yield from _core(json.dumps(each))


@cache
def _core(text: str) -> tuple[str, ...]:
    """By its text, as most resources are the same in all overlays."""
    return tuple(_against_kubernetes(json.loads(text)))


def _against_kubernetes(resource: Json) -> Iterator[str]:
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(resource, version, strict=True)
        except kubernetes_validate.ValidationError as wrong:
            where = ".".join(map(str, wrong.path))
            yield f"{named(resource)} (Kubernetes {version}): {where}: {wrong.message[:200]}"
        except kubernetes_validate.SchemaNotFoundError:
            yield f"{named(resource)}: Kubernetes {version} has no {resource['apiVersion']}"


def _custom(resource: Json, spec: Draft202012Validator) -> Iterator[str]:
    for wrong in spec.iter_errors(resource["spec"]):
        where = ".".join(map(str, wrong.path))
        yield f"{named(resource)}: {where}: {wrong.message[:200]}"


@cache
def _spec_by_hand(kind: str) -> Draft202012Validator:
    return Draft202012Validator(SPECS.get(kind, False))


@cache
def _published_spec(api: str, kind: str) -> Draft202012Validator:
    try:
        definitions = published(api)
    except NotFetched as why:
        if os.environ.get("CI") == "true":
            raise SystemExit(str(why)) from None
        print(f"Resources of {api} are not checked. {why}")  # a laptop without npm
        return Draft202012Validator(True)
    return Draft202012Validator({"$defs": definitions, "$ref": f"#/$defs/{kind}Spec"})
