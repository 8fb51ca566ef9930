"""What is taken over from this machine: its mirror of Debian, its way to a package index."""

import contextlib
import http.server
import threading
from pathlib import Path

import pytest

from support.fresh import debian, settings

RELEASE = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nOrigin: {}\nLabel: {}\nSuite: x\n"


@contextlib.contextmanager
def served(folder):
    """Serve a folder on this machine; give its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=folder)

        def log_message(self, *_):
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def apt(tmp_path, monkeypatch):
    """Write an apt-get and an apt-config that say what they are told to."""

    def write(name, says):
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ncat <<'END'\n{says}\nEND\n")
        path.chmod(0o755)

    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return write


def test_the_mirror_is_the_first_repository_of_apts_that_is_debians_and_has_the_suite(
    tmp_path, apt
):
    repositories = {
        "vendor": {"x": ("Vendor", "Vendor")},
        "security": {"x": ("Debian", "Debian-Security")},
        "old": {"w": ("Debian", "Debian")},
        "debian": {"w": ("Debian", "Debian"), "x": ("Debian", "Debian")},
    }
    for name, suites in repositories.items():
        for suite, who in suites.items():
            file = tmp_path / "www" / name / "dists" / suite / "InRelease"
            file.parent.mkdir(parents=True)
            file.write_text(RELEASE.format(*who))
    with served(tmp_path / "www") as address:
        lines = ["cdrom:[a disc]/", *[f"{address}/{name}/" for name in repositories]]
        apt("apt-get", "\n".join(lines))
        assert debian.own_mirror("x") == f"{address}/debian/"
        assert debian.own_mirror("w") == f"{address}/old/"
        assert debian.own_mirror("v") == ""


def test_apts_proxy_is_handed_on_where_it_has_one(apt):
    apt("apt-config", "http_proxy='http://a.proxy:3142/'")
    assert debian.own_proxies() == {"http_proxy": "http://a.proxy:3142/"}
    apt("apt-config", "")
    assert debian.own_proxies() == {}


def test_without_apt_debootstraps_own_mirror_serves(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert debian.own_mirror("trixie") == ""
    assert debian.own_proxies() == {}


def test_pips_and_uvs_settings_and_what_they_name_are_shown(tmp_path, monkeypatch):
    for name in ("indexes/simple", "wheels", "home/.config/pip"):
        (tmp_path / name).mkdir(parents=True)
    certificate = tmp_path / "wheels" / "a.pem"
    certificate.touch()
    config = tmp_path / "home/.config/pip/pip.conf"
    config.write_text(f"[global]\nextra-index-url = file://{tmp_path}/indexes/simple /not/there\n")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(settings, "_OF_ALL", ())
    for name in settings.variables():
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "home"))  # no way to an index
    assert set(settings.variables()) == {"PIP_FIND_LINKS", "SSL_CERT_FILE"}
    assert settings.files() == sorted(
        [
            (Path("/etc/hosts"), Path("/etc/hosts")),
            (Path("/etc/resolv.conf"), Path("/etc/resolv.conf")),
            (config, Path("/home/student/.config/pip/pip.conf")),
            (tmp_path / "indexes/simple", tmp_path / "indexes/simple"),
            (tmp_path / "wheels", tmp_path / "wheels"),  # and with it the certificate
        ]
    )
