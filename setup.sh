#!/bin/sh
# What `make setup` does: a .venv with every package, by the first of these Pythons that can.
#
#     INSTALL=… sh setup.sh python3.15 python3.14 python3.13
#
# A .venv that is there is kept, if it works. A Python is taken if it lies within pyproject.toml's
# bounds, has venv, and finds every package ready-made (as a wheel). Where there is none such, the
# last one builds from source what it lacks. INSTALL is the Makefile's.

in_bounds='import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 16))'
tried=

say() {
    echo "make: $*" >&2
}

for python in .venv/bin/python "$@"; do
    if [ "$python" = .venv/bin/python ]; then
        "$python" -c "import pip; $in_bounds" 2>/dev/null || continue
    else
        "$python" -c "import ensurepip, venv; $in_bounds" 2>/dev/null || continue
        "$python" -m venv --clear .venv || exit
    fi
    tried=$(.venv/bin/python --version)
    uv=$(grep -o '^uv==[^ ]*' requirements.lock)
    .venv/bin/python -m pip install -q --disable-pip-version-check "$uv" || exit
    $INSTALL --only-binary :all: -e .
    case $? in
    0) exit 0 ;;
    1) say "$tried does not find every package ready-made, as said above" ;;
    *) exit 1 ;; # no network, or no room: another Python would not help
    esac
done

if [ "$tried" ]; then
    say "building from source what $tried lacks"
    $INSTALL -e .
    exit
fi

help="uv python install 3.14 (uv itself: docs.astral.sh/uv)"
if command -v apt-get && { ! command -v python3 || python3 -c "$in_bounds"; }; then
    help="sudo apt-get install python3 python3-venv"
fi >/dev/null 2>&1
say "expected a Python from 3.11 to 3.15 with venv, and none of these is one: $*." \
    "This command brings one: $help"
exit 2
