#!/usr/bin/env bash
# Renew the browser assets under site/static/vendor from npm, each with its licence. Needs Node; running 质衡 does not.
set -euo pipefail
target="$(cd "$(dirname "$0")/.." && pwd)/src/zhiheng/site/static/vendor"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# package@version  file inside it (vega-embed brings the expression interpreter that needs no unsafe-eval)
assets=(
    "htmx.org@2.0.11 dist/htmx.min.js"
    "vega@6.4.0 build/vega.min.js"
    "vega-lite@6.4.3 build/vega-lite.min.js"
    "vega-embed@7.3.0 build/vega-embed.min.js"
)
mkdir -p "$target"
rm -f "$target"/*
for asset in "${assets[@]}"; do
    read -r package file <<<"$asset"
    name="${package%@*}"
    (cd "$work" && npm pack --silent "$package" >/dev/null && tar -xzf "$name"-*.tgz && rm -f "$name"-*.tgz)
    # Source maps are not vendored, so nothing may point at them.
    sed '/^\/\/# sourceMappingURL=/d' "$work/package/$file" >"$target/$(basename "$file")"
    cp "$work/package/LICENSE" "$target/LICENSE.$name.txt"
    echo "$package $(sha256sum "$target/$(basename "$file")" | cut -d' ' -f1)" >>"$target/VERSIONS"
    rm -rf "$work/package"
done
cat "$target/VERSIONS"
