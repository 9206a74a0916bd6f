"""Run the site and its worker on one machine: a web server in this process, jobs in a spawned one."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import waitress
from django.conf import settings

from zhiheng.base.clock import today
from zhiheng.base.installation import installation_prepare
from zhiheng.registry.schools.grades import academic_year
from zhiheng.registry.schools.services import terms_seed
from zhiheng.site.wsgi import application

EVERYWHERE = {"0.0.0.0", "::"}


@contextmanager
def worker() -> Iterator[None]:
    """Keep a worker process running inside the block. It is started fresh, never forked."""
    process = subprocess.Popen([sys.executable, "-m", "zhiheng.site.worker"])
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


def believed(address: str) -> dict[str, Any]:
    """Return how waitress is to treat forwarded headers: taken from the proxy at `address`, else removed."""
    if not address:
        return {"clear_untrusted_proxy_headers": True}
    return {
        "trusted_proxy": address,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        "clear_untrusted_proxy_headers": True,
    }


def serve(*, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve the site until interrupted."""
    options = believed(settings.PROXY)
    installation_prepare()
    terms_seed(academic_year(today()) - 1, academic_year(today()) + 1)
    shown = "本机的内网地址" if host in EVERYWHERE else host
    print(f"网站：http://{shown}:{port}/   按 Ctrl+C 停止", flush=True)
    # A service manager stops a program with SIGTERM: leave through the block, so that the worker stops too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with worker():
        waitress.serve(application, host=host, port=port, threads=8, ident="", _quiet=True, **options)
