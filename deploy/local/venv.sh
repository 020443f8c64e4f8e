#!/bin/sh
# Makes .venv from requirements.lock, with hashes. It starts from nothing every time, so that an
# interrupted install is simply done again; the Makefile's stamp says when it was finished.
set -eu

usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

found=""
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
    if usable "$candidate"; then
        found=$candidate
        break
    fi
done
if [ -z "$found" ]; then
    echo "Parvis needs Python 3.11 or newer with venv (on Debian: apt install python3-venv); set PYTHON=/path/to/python if it is elsewhere." >&2
    exit 1
fi

echo "Installing into .venv with $("$found" --version) ..."
"$found" -m venv --clear .venv
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
# The lock is complete: whatever it does not name is not wanted.
.venv/bin/python -m pip install --quiet --no-compile --no-deps --require-hashes -r requirements.lock
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
# On all cores, and also where PYTHONDONTWRITEBYTECODE is set: else every start compiles it all anew.
.venv/bin/python -m compileall -q -j 0 .venv/lib > /dev/null 2>&1 || true
touch .venv/installed
