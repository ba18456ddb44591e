#!/bin/sh
# Writes run.txt, lab.txt and dev.txt: every package that is installed, at one version.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet pip-tools

compile() {  # compile NAME SOURCE [OPTION...]: a local version suffix (+cpu) is dropped, so that any index can serve it
    name=$1
    shift
    "$work/venv/bin/pip-compile" --quiet --upgrade --allow-unsafe --strip-extras --no-header --no-annotate \
        --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
        --output-file "$work/$name" "$@"
    grep -E '^[a-z0-9]' "$work/$name" | sed 's/+[a-z0-9.]*$//' >"requirements/$name"
}

compile run.txt pyproject.toml --build-deps-for editable
compile lab.txt requirements/lab.in
compile dev.txt requirements/dev.in
