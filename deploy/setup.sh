#!/usr/bin/env bash
# Prepare this machine: `setup.sh run` for using 质衡, `setup.sh test` for testing it too, `setup.sh bench` for
# measuring it beside its peers.
# Does nothing, in well under a second, when the last run with the same lock file succeeded.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose="${1:-run}"

want() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }

missing=()
[ -n "$(fc-list 'Noto Sans CJK SC' 2>/dev/null)" ] || missing+=(fonts-noto-cjk fontconfig)
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
if [ "$purpose" = bench ]; then
    want Rscript r-base-core
    for peer in lme4 quantreg; do
        Rscript -e "library($peer)" >/dev/null 2>&1 || missing+=("r-cran-$peer")
    done
fi
if [ "$purpose" = test ]; then
    want chromium chromium
    want pdftoppm poppler-utils
    { command -v soffice || command -v libreoffice; } >/dev/null 2>&1 \
        || missing+=(libreoffice-writer-nogui libreoffice-calc-nogui)
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
    java -version >/dev/null 2>&1 || missing+=(default-jre-headless)
fi
if [ ${#missing[@]} -gt 0 ]; then
    echo "安装系统软件包：${missing[*]}"
    as_root=""
    [ "$(id -u)" = 0 ] || as_root="sudo"
    if ! { $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq \
            --no-install-recommends "${missing[@]}" >/dev/null; }; then
        echo "无法安装：${missing[*]}。请用系统的软件包管理器装好后再运行。" >&2
        exit 1
    fi
fi

lock=requirements.lock
[ "$purpose" = run ] || lock=requirements-test.lock
stamp=".venv/.ready-$lock"
mark="$(cat requirements.lock "$lock" pyproject.toml | sha256sum | cut -d' ' -f1)"
if [ "$(cat "$stamp" 2>/dev/null)" != "$mark" ]; then
    echo "准备 Python 环境（第一次约需一两分钟）……"
    [ -x .venv/bin/python ] || python3 -m venv .venv
    .venv/bin/python -m pip install -q --disable-pip-version-check -r "$lock"
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
    echo "$mark" >"$stamp"
fi
