"""Settings from the environment: safe by default, and a wrong one stops the start with what to write instead."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from waitress.proxy_headers import proxy_headers_middleware

from zhiheng.site import environment, server


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("http://a.example", "不带 http:// 和端口"),
        ("a.example:8000", "不带 http:// 和端口"),
        ("a.example, b c", "“b c”"),
    ],
)
def test_hosts_are_names_or_addresses_alone(monkeypatch, value, said):
    monkeypatch.setenv("ZHIHENG_HOSTS", value)
    with pytest.raises(ImproperlyConfigured, match="ZHIHENG_HOSTS") as refused:
        environment.hosts("ZHIHENG_HOSTS")
    assert said in str(refused.value)


def test_without_a_word_only_this_machine_is_a_host(monkeypatch):
    monkeypatch.delenv("ZHIHENG_HOSTS", raising=False)
    assert environment.hosts("ZHIHENG_HOSTS") == ["127.0.0.1", "localhost"]
    monkeypatch.setenv("ZHIHENG_HOSTS", "zhiheng.example.edu.cn, 10.20.30.40,[::1]")
    assert environment.hosts("ZHIHENG_HOSTS") == ["zhiheng.example.edu.cn", "10.20.30.40", "[::1]"]


def test_https_asks_for_the_proxy_that_is_believed(monkeypatch):
    monkeypatch.delenv("ZHIHENG_PROXY", raising=False)
    assert environment.proxy("ZHIHENG_PROXY", https=False) == ""
    with pytest.raises(ImproperlyConfigured, match="ZHIHENG_PROXY"):
        environment.proxy("ZHIHENG_PROXY", https=True)
    monkeypatch.setenv("ZHIHENG_PROXY", "nginx")
    with pytest.raises(ImproperlyConfigured, match="“nginx”，要写一个 IP 地址"):
        environment.proxy("ZHIHENG_PROXY", https=True)
    monkeypatch.setenv("ZHIHENG_PROXY", "127.0.0.1")
    assert environment.proxy("ZHIHENG_PROXY", https=True) == "127.0.0.1"


def test_a_short_signing_key_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("ZHIHENG_SECRET_KEY", "short")
    with pytest.raises(ImproperlyConfigured, match="ZHIHENG_SECRET_KEY 太短（5 个字符）"):
        environment.secret_key(tmp_path)


@pytest.mark.parametrize(
    ("believed", "caller", "seen"),
    [
        ("127.0.0.1", "127.0.0.1", ("https", "10.1.2.3")),  # the proxy speaks for the browser
        ("127.0.0.1", "10.9.9.9", ("http", "10.9.9.9")),  # somebody past the proxy is not believed
        ("", "10.9.9.9", ("http", "10.9.9.9")),  # without a proxy nobody is
    ],
)
def test_only_the_proxy_says_who_calls_and_how(believed, caller, seen):
    found = {}

    def application(environ, start_response):
        found["seen"] = (environ["wsgi.url_scheme"], environ["REMOTE_ADDR"])
        found["left"] = [name for name in environ if name.startswith("HTTP_X_FORWARDED")]
        return []

    options = server.believed(believed)
    wrapped = proxy_headers_middleware(
        application,
        trusted_proxy=options.get("trusted_proxy"),
        trusted_proxy_headers=options.get("trusted_proxy_headers"),
        clear_untrusted=options["clear_untrusted_proxy_headers"],
    )
    wrapped(
        {
            "REMOTE_ADDR": caller,
            "wsgi.url_scheme": "http",
            "SERVER_PORT": "8000",
            "HTTP_HOST": "zhiheng.example.edu.cn",
            "HTTP_X_FORWARDED_FOR": "10.1.2.3",
            "HTTP_X_FORWARDED_PROTO": "https",
        },
        lambda *_: None,
    )
    assert found["seen"] == seen
    if caller != believed:
        assert found["left"] == []


def test_the_command_line_ends_with_the_sentence(tmp_path):
    done = subprocess.run(
        [Path(sys.executable).with_name("zhiheng"), "doctor"],
        env=os.environ | {"ZHIHENG_HOME": str(tmp_path), "ZHIHENG_HTTPS": "1", "ZHIHENG_PROXY": "nginx"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2
    assert done.stderr.strip() == "环境变量 ZHIHENG_PROXY 的值是“nginx”，要写一个 IP 地址，如 127.0.0.1。"
