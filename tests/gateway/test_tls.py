"""TLS at the gateway of compose, where a certificate is mounted: also one that comes later."""

from __future__ import annotations

import json
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.gateway.asking import NOBODY_CHECKED, Answer, Gateway
from tests.gateway.conftest import Made
from tests.gateway.http2 import body_of_get
from tests.support.eventually import eventually

PARK = "park.example"
SOON = {"PARVIS_TLS_LOOK_SECONDS": "0.1"}


def mount(home: Path, *, name: str = PARK) -> None:
    """A key and its certificate, as something that renews them would put them there."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    folder = home / "tls"
    folder.mkdir(exist_ok=True)
    (folder / "tls.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (folder / "tls.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


LENIENT = {"ssl_session_cache": 'ssl_ciphers "ALL:@SECLEVEL=0"; ssl_session_cache'}
"""As an OpenSSL that would speak anything."""


@pytest.fixture(scope="module")
def secured(made: Made) -> Gateway:
    """With a certificate, and an address that people know."""
    address = f"https://{PARK}:8443/"
    return made("compose", changes=LENIENT, prepare=mount, PARVIS_ADDRESS=address, **SOON)


def asked(gateway: Gateway, path: str) -> Answer:
    return gateway.ask(path, headers={"Host": PARK}, tls=NOBODY_CHECKED)


def shown_by(gateway: Gateway) -> str:
    """Whom the certificate names."""
    with (
        socket.create_connection(("127.0.0.1", gateway.nginx.tls_port), timeout=5) as connection,
        NOBODY_CHECKED.wrap_socket(connection) as secure,
    ):
        shown = secure.getpeercert(binary_form=True)
    assert shown is not None
    return x509.load_der_x509_certificate(shown).subject.rfc4514_string()


def test_a_service_is_told_of_tls_and_people_are_to_stay_with_it(secured: Gateway) -> None:
    answer = asked(secured, "/access/v1/echo")
    assert answer.json["scheme"] == "https"
    assert dict(answer.json["headers"])["host"] == PARK
    assert answer.all("strict-transport-security") == ["max-age=31536000"]
    assert asked(secured, "/nothing").all("strict-transport-security") == ["max-age=31536000"]


def test_behind_an_ingress_people_are_to_stay_with_tls_as_well(made: Made) -> None:
    answer = made("cluster").ask("/access/v1/echo", headers={"X-Forwarded-Proto": "https"})
    assert answer.all("strict-transport-security") == ["max-age=31536000"]


def test_who_comes_without_tls_is_sent_to_the_parks_address(secured: Gateway) -> None:
    headers = {"Host": "evil.example"}
    answer = secured.ask("/booking/v1/rooms?q=%20a", method="POST", headers=headers)
    assert answer.status == 308
    assert answer.all("location") == [f"https://{PARK}:8443/booking/v1/rooms?q=%20a"]
    assert answer.all("x-content-type-options") == ["nosniff"]
    assert not answer.all("strict-transport-security")
    assert secured.ask("/healthy").status == 204


def test_a_refusal_without_tls_is_a_problem_still(secured: Gateway) -> None:
    answer = secured.ask("/access/%zz")
    assert (answer.status, answer.json["code"]) == (400, "unreadable_request")


def test_who_speaks_in_the_clear_to_the_port_of_tls_is_told_so(secured: Gateway) -> None:
    with socket.create_connection(("127.0.0.1", secured.nginx.tls_port), timeout=5) as connection:
        connection.sendall(b"GET /access/v1/echo HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"unreadable_request" in answer


@pytest.mark.parametrize(
    ("version", "is_spoken"),
    [
        (ssl.TLSVersion.TLSv1_1, False),
        (ssl.TLSVersion.TLSv1_2, True),
        (ssl.TLSVersion.TLSv1_3, True),
    ],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated:DeprecationWarning")
def test_only_what_is_safe_is_spoken(
    secured: Gateway, version: ssl.TLSVersion, is_spoken: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    if is_spoken:
        assert secured.ask("/healthy", tls=context).status == 204
    else:
        with pytest.raises(ssl.SSLError):
            secured.ask("/healthy", tls=context)


def test_http_2_is_offered(secured: Gateway) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", secured.nginx.tls_port), timeout=5) as connection,
        context.wrap_socket(connection) as secure,
    ):
        assert secure.selected_alpn_protocol() == "h2"


def test_a_request_by_http_2_arrives_with_its_host(secured: Gateway) -> None:
    told = json.loads(body_of_get("/access/v1/echo", host=PARK, port=secured.nginx.tls_port))
    assert (told["service"], told["scheme"]) == ("access", "https")
    assert dict(told["headers"])["host"] == PARK


async def test_a_renewed_certificate_is_shown_without_ending_anything(secured: Gateway) -> None:
    with (
        socket.create_connection(("127.0.0.1", secured.nginx.tls_port), timeout=5) as connection,
        NOBODY_CHECKED.wrap_socket(connection) as open_before,
    ):
        open_before.sendall(b"GET /booking/v1/feed HTTP/1.1\r\nHost: x\r\n\r\n")
        while b"data: 0" not in open_before.recv(65536):
            pass
        mount(secured.nginx.home, name="renewed.example")
        await eventually(lambda: shown_by(secured) == "CN=renewed.example")
        assert open_before.recv(65536)


async def test_a_certificate_may_come_after_the_start(made: Made) -> None:
    gateway = made("compose", PARVIS_ADDRESS="http://localhost:8080", **SOON)
    mount(gateway.nginx.home)
    (gateway.nginx.home / "tls" / "tls.key").write_text("half a key")
    await eventually(lambda: "cannot load certificate key" in gateway.nginx.output)
    assert gateway.ask("/access/v1/echo").status == 200
    mount(gateway.nginx.home)

    def is_secured() -> bool:
        try:
            return asked(gateway, "/access/v1/echo").status == 200
        except OSError:
            return False

    await eventually(is_secured)
    assert gateway.ask("/access/v1/echo").status == 200  # nobody is sent to an address without TLS
