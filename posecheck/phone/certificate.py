"""A certificate of our own making for the local network: browsers give motion sensors to pages opened by https only."""

import contextlib
import datetime
import ipaddress
import socket
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from posecheck.core.errors import InputError
from posecheck.core.files import write_whole

DAYS = 90
LEAST_DAYS = 2
"""A certificate that ends sooner than this is made anew."""


def addresses() -> list[str]:
    """Return this machine's addresses in its local networks, the likeliest first; nothing is sent to find them."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        # Connecting a datagram socket only chooses a route. The address is one kept for documentation.
        probe.connect(("192.0.2.1", 9))
        found.append(str(probe.getsockname()[0]))
    with contextlib.suppress(OSError):
        found += [str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return [one for one in dict.fromkeys(found) if not ipaddress.ip_address(one).is_loopback]


def reached() -> list[str]:
    """Return `addresses()`; InputError where this machine is in no network."""
    known = addresses()
    if not known:
        text = "expected a local network that a phone can reach, found this machine in none"
        raise InputError("no_network", text)
    return known


def certificate(folder: Path, names: list[str], now: datetime.datetime) -> Path:
    """Return the file with a certificate and its key for some addresses; made once, and kept so that a browser that was
    told to trust it need not be told again.

    Args:
        folder: Where it is kept.
        names: Addresses of this machine.
        now: The time now, with its zone.

    Raises:
        OutputError: The file cannot be written.
    """
    file = folder / "phone.pem"
    if _good(file, names, now):
        return file
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "posecheck phone")])
    others: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address(one)) for one in names]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost"), *others]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(file, private + made.public_bytes(serialization.Encoding.PEM))
    file.chmod(0o600)
    return file


def _good(file: Path, names: list[str], now: datetime.datetime) -> bool:
    """Return whether a certificate is kept that holds for these addresses and for some days yet."""
    try:
        held = x509.load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError):
        return False
    for_names = held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    known = {str(one) for one in for_names.get_values_for_type(x509.IPAddress)}
    return set(names) <= known and held.not_valid_after_utc - now > datetime.timedelta(days=LEAST_DAYS)


def fingerprint(file: Path) -> str:
    """Return the SHA-256 fingerprint of the certificate in a file, as browsers show it."""
    held = x509.load_pem_x509_certificate(file.read_bytes())
    return held.fingerprint(hashes.SHA256()).hex(":").upper()
