"""The fields that our resources of RabbitMQ's operators and of the backup plugin may have.

No package of a registry holds these operators' definitions (docs/kubernetes.md says what was looked
at), so this is less than the published schemas: only what we use, written down from them
(messaging-topology-operator and cluster-operator `config/crd/bases`, plugin-barman-cloud likewise).
"""

from deploy.manifests.rendering import Json

TEXT: Json = {"type": "string", "minLength": 1}
SWITCH: Json = {"type": "boolean"}
FREE: Json = {"type": "object"}


def of(*required: str, **fields: Json) -> Json:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(required),
        "additionalProperties": False,
    }


NAMED = of("name", name=TEXT)
KEY = of("name", "key", name=TEXT, key=TEXT)
PLACE = "rabbitmqClusterReference"
HERE: Json = {PLACE: NAMED, "vhost": TEXT}
COMPRESSED = of(compression={"enum": ["bzip2", "gzip", "snappy"]})
FIXED: Json = {"name": TEXT, "durable": SWITCH, "autoDelete": SWITCH, "arguments": FREE}

SPECS: dict[str, Json] = {
    "RabbitmqCluster": of(
        "replicas",
        replicas={"enum": [1, 3, 5, 7]},
        image=TEXT,
        terminationGracePeriodSeconds={"type": "integer", "minimum": 0},
        persistence=of("storage", storage=TEXT, storageClassName=TEXT),
        resources=of("requests", "limits", requests=FREE, limits=FREE),
        rabbitmq=of(
            additionalConfig=TEXT,
            additionalPlugins={"type": "array", "items": TEXT, "maxItems": 100},
        ),
        affinity=FREE,
        tolerations={"type": "array", "items": FREE},
    ),
    "User": of(
        PLACE,
        "importCredentialsSecret",
        importCredentialsSecret=NAMED,
        rabbitmqClusterReference=NAMED,
    ),
    "Permission": of(
        PLACE,
        "vhost",
        "userReference",
        "permissions",
        **HERE,
        userReference=NAMED,
        permissions=of("configure", "write", "read", configure=TEXT, write=TEXT, read=TEXT),
    ),
    "TopicPermission": of(
        PLACE,
        "vhost",
        "userReference",
        "permissions",
        **HERE,
        userReference=NAMED,
        permissions=of("exchange", "write", "read", exchange=TEXT, write=TEXT, read=TEXT),
    ),
    "Exchange": of(
        PLACE, "vhost", "name", "type", **HERE, **FIXED, type={"enum": ["topic", "fanout"]}
    ),
    "Queue": of(
        PLACE, "vhost", "name", "type", **HERE, **FIXED, type={"enum": ["quorum", "stream"]}
    ),
    "Binding": of(
        PLACE,
        "vhost",
        "source",
        "destination",
        "destinationType",
        **HERE,
        source=TEXT,
        destination=TEXT,
        destinationType={"enum": ["exchange", "queue"]},
        routingKey=TEXT,
    ),
    "ObjectStore": of(
        "configuration",
        retentionPolicy={"type": "string", "pattern": "^[1-9][0-9]*[dwm]$"},
        configuration=of(
            "destinationPath",
            destinationPath=TEXT,
            endpointURL=TEXT,
            endpointCA=KEY,
            s3Credentials=of(
                accessKeyId=KEY, secretAccessKey=KEY, region=KEY, inheritFromIAMRole=SWITCH
            ),
            wal=COMPRESSED,
            data=COMPRESSED,
        ),
    ),
}
