"""TypeScript's types as JSON schemas, as two generators write them of what an operator publishes.

A field that the types do not name is refused.
"""

import re
from collections.abc import Iterator

from deploy.manifests.rendering import Json

_MAP = r"\{\s*\[key: string\]: (?P<each>[^;]+);\s*\}"
_FIELD = re.compile(
    r"@schema (?P<owner>\w+)#(?P<name>\S+)\s*\*/\s*"
    rf"readonly \w+(?P<optional>\??): (?:{_MAP}|(?P<type>[^;{{]+));"
)
_ENUM = re.compile(r"export declare enum (\w+) \{(.*?)\n\}", re.DOTALL)
_VALUE = re.compile(r"export declare class (\w+) \{\s*readonly value: number \| string;")

_PREFIX = re.compile(r"\bIComGithub\w+?V1(?=[A-Z])")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_INTERFACE = re.compile(
    r"export interface I(?P<name>\w+)(?: extends (?P<parents>[\w, ]+))? \{(?P<body>.*?)\n\}",
    re.DOTALL,
)
_ALIAS = re.compile(r"export type I(\w+) = ([^;{]+);")
_MEMBER = re.compile(rf'"(?P<name>[^"]+)"(?P<optional>\??): (?:{_MAP}|(?P<type>[^;{{]+));')

_LABELS: Json = {
    "type": "object",
    "properties": {
        "matchLabels": {"type": "object", "additionalProperties": {"type": "string"}},
        "matchExpressions": {"type": "array", "items": {"required": ["key", "operator"]}},
    },
    "additionalProperties": False,
}
_PLAIN: dict[str, Json] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "any": {},
    "Date": {"type": "string"},
    "ApiObjectMetadata": {"type": "object"},
    "IIoK8sApimachineryPkgApisMetaV1LabelSelector": _LABELS,
    "IIoK8sApimachineryPkgUtilIntstrIntOrString": {"type": ["integer", "string"]},
}


def of_cdk8s(types: str) -> Json:
    """Of `cdk8s import`: each field has the name it has in the definition in a comment."""
    definitions: Json = {name: {"type": ["number", "string"]} for name in _VALUE.findall(types)}
    for name, body in _ENUM.findall(types):
        definitions[name] = {"enum": re.findall(r'= "([^"]*)"', body)}
    for field in _FIELD.finditer(types):
        _add(definitions.setdefault(field["owner"], _object()), field)
    return definitions


def of_kubernetes_models(types: str) -> Json:
    """Of kubernetes-models: names are long there, and are cut to those of the operator's source."""
    text = _PREFIX.sub("", _COMMENT.sub("", types))
    definitions: Json = {}
    parents: dict[str, list[str]] = {}
    for name, meaning in _ALIAS.findall(text):
        definitions[name] = _schema(meaning)
    for found in _INTERFACE.finditer(text):
        definitions[found["name"]] = own = _object()
        parents[found["name"]] = (found["parents"] or "").split(", ")
        for field in _MEMBER.finditer(found["body"]):
            _add(own, field)
    for name in parents:
        for parent in _ancestors(name, parents):
            _inherit(definitions[name], definitions.get(parent, {}))
    return definitions


def _inherit(own: Json, parent: Json) -> None:
    own["properties"] = parent.get("properties", {}) | own["properties"]
    own["required"] = sorted({*own["required"], *parent.get("required", ())})


def _ancestors(name: str, parents: dict[str, list[str]]) -> Iterator[str]:
    for parent in filter(None, parents.get(name, ())):
        yield parent
        yield from _ancestors(parent, parents)


def _object() -> Json:
    return {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def _add(owner: Json, field: re.Match[str]) -> None:
    owner["properties"][field["name"]] = (
        {"type": "object", "additionalProperties": _schema(field["each"])}
        if field["each"]
        else _schema(field["type"])
    )
    if not field["optional"]:
        owner["required"].append(field["name"])


def _schema(name: str) -> Json:
    if name.endswith("[]"):
        return {"type": "array", "items": _schema(name.removesuffix("[]"))}
    if many := re.fullmatch(r"Array<(.+)>", name):
        return {"type": "array", "items": _schema(many[1])}
    if name.startswith('"'):
        return {"enum": re.findall(r'"([^"]*)"', name)}
    if name.startswith("IIoK8s"):  # of Kubernetes itself, beyond what is used here
        return _PLAIN.get(name, {})
    return _PLAIN.get(name) or ({} if name == "any" else {"$ref": f"#/$defs/{name}"})
