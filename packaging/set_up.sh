#!/bin/sh
# Makes the virtual environment .venv in the current folder, a checkout, and installs the product
# into it with its development tools, at the versions of constraints.txt. Writes the folder's path
# into the file $1 when all of it has worked. PYTHON names an interpreter to use.
set -eu

stamp=$1
supported='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

supported_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.13 python3.12 python3.11
    fi
    for candidate in "$@"; do
        if "$candidate" -c "$supported" 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    echo "No Python 3.11, 3.12 or 3.13 was found (looked for: $*)." >&2
    echo "Install one:   Debian, Ubuntu: sudo apt install python3 python3-venv" >&2
    echo "               Fedora:         sudo dnf install python3.13" >&2
    echo "               macOS:          brew install python@3.13" >&2
    echo "or name one:   make PYTHON=/path/to/python3.13 test" >&2
    return 1
}

make_environment() {
    python=$(supported_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "$python cannot make virtual environments: its module venv is missing." >&2
        echo "Install it:    Debian, Ubuntu: sudo apt install python$version-venv" >&2
        return 1
    fi
    echo "Making .venv with $("$python" --version)."
    "$python" -m venv --clear .venv
}

moved() {
    [ -f "$stamp" ] && [ "$(cat "$stamp")" != "$(pwd -P)" ]
}

usable() {
    .venv/bin/python -c "$supported" 2>/dev/null && .venv/bin/python -c 'import pip' 2>/dev/null
}

if moved || ! usable; then
    make_environment
fi
rm -f "$stamp"
echo "Installing into .venv. The first time takes some minutes."
if ! .venv/bin/python -m pip --disable-pip-version-check install --quiet \
    --constraint packaging/constraints.txt --editable '.[dev]'; then
    echo "The packages could not be installed; pip says why above. Once there is a network, run make again." >&2
    exit 1
fi
.venv/bin/python -m pip --disable-pip-version-check check
sh packaging/system_packages.sh
pwd -P >"$stamp"
