"""Resources of operators are judged by what the operators publish."""

import pytest

from deploy.manifests.typescript import of_cdk8s, of_kubernetes_models
from tests.k8s.park import Mistake, notices, spec

MISTAKES: dict[str, tuple[Mistake, str]] = {
    "an unknown field of CloudNativePG": (
        lambda park: spec(park, "Cluster", "booking-db")["postgresql"].update(synchronized={}),
        "synchronized",
    ),
    "a word CloudNativePG does not know": (
        lambda park: spec(park, "Cluster", "booking-db").update(primaryUpdateMethod="swap"),
        "swap",
    ),
    "an unknown field of what is scraped": (
        lambda park: spec(park, "PodMonitor", "parvis")["podMetricsEndpoints"][0].update(job="x"),
        "'job' was unexpected",
    ),
    "a word that relabelling does not know": (
        lambda park: spec(park, "PodMonitor", "parvis")["podMetricsEndpoints"][0]["relabelings"][
            0
        ].update(action="set"),
        "'set' is not one of",
    ),
    "a rule without a question": (
        lambda park: spec(park, "PrometheusRule", "parvis")["groups"][0]["rules"][0].pop("expr"),
        "'expr' is a required property",
    ),
}


@pytest.mark.usefixtures("published_schemas")
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_an_operators_resource_is_noticed(mistake: str) -> None:
    assert notices(*MISTAKES[mistake])


def test_types_become_a_schema_that_knows_names_lists_maps_and_words() -> None:
    schema = of_cdk8s(
        """
export interface Spec {
    /**
     * @schema Spec#enablePDB
     */
    readonly enablePdb: boolean;
    /**
     * @schema Spec#words
     */
    readonly words?: Word[];
    /**
     * @schema Spec#limits
     */
    readonly limits?: {
        [key: string]: Limit;
    };
}
export declare enum Word {
    /** yes */
    YES = "yes"
}
export declare class Limit {
    readonly value: number | string;
"""
    )
    assert schema["Spec"] == {
        "type": "object",
        "properties": {
            "enablePDB": {"type": "boolean"},
            "words": {"type": "array", "items": {"$ref": "#/$defs/Word"}},
            "limits": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Limit"}},
        },
        "required": ["enablePDB"],
        "additionalProperties": False,
    }
    assert schema["Word"] == {"enum": ["yes"]}
    assert schema["Limit"] == {"type": ["number", "string"]}


def test_types_that_inherit_become_a_schema_with_all_their_fields() -> None:
    schema = of_kubernetes_models(
        """
import { IComGithubXPkgApisV1Base } from "./Base.js";
export interface IBase {
    /**
     * how long; "never"?: string;
     */
    "timeout": IComGithubXPkgApisV1Duration;
}
export type IDuration = string;
export type IScheme = "http" | "https";
export interface ISpec extends IComGithubXPkgApisV1Base {
    "schemes"?: Array<IComGithubXPkgApisV1Scheme>;
    "port"?: IIoK8sApimachineryPkgUtilIntstrIntOrString;
    "params"?: {
        [key: string]: Array<string>;
    };
}
"""
    )
    assert schema["Spec"] == {
        "type": "object",
        "properties": {
            "timeout": {"$ref": "#/$defs/Duration"},
            "schemes": {"type": "array", "items": {"$ref": "#/$defs/Scheme"}},
            "port": {"type": ["integer", "string"]},
            "params": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
        },
        "required": ["timeout"],
        "additionalProperties": False,
    }
    assert schema["Scheme"] == {"enum": ["http", "https"]}
