"""A vendor that cannot prove who it is gets no question, and so no key."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alphintra_desktop.errors import AlphintraError
from tests.market.sources.fake_vendors import fake
from tests.market.sources.fetching import fetched, nothing_is_stored
from tests.market.sources.vendor_server import VendorServer, serving


def own_certificate(folder: Path) -> Path:
    """A certificate for this machine that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "own.pem"
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *form)
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file


def encrypted(server: VendorServer, certificate: Path) -> str:
    """Make the server speak TLS; returns its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return server.url.replace("http://", "https://")


def test_that_a_vendor_without_a_valid_certificate_is_not_asked(tmp_path: Path) -> None:
    vendor = fake("tiingo")
    with serving(vendor.answer) as server:
        url = encrypted(server, own_certificate(tmp_path))
        with pytest.raises(AlphintraError, match="certificate"):
            fetched(vendor, server, base_url=url)

    assert server.asked == []
    assert nothing_is_stored()


def test_that_a_vendor_whose_certificate_the_user_trusts_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor = fake("tiingo")
    certificate = own_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(vendor.answer) as server:
        url = encrypted(server, certificate)

        fetched(vendor, server, base_url=url)

    assert len(server.asked) == 1
