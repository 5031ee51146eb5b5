#!/bin/sh
# Sees to the system's libraries that Qt needs to open a window, and with `--tests` also to the X
# server and the mouse that tests drive it with. Installs them where it may (root, Debian's
# packages), else says what to install. Fails only when a window could not be opened.
set -eu

libraries="libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libopengl0 libxcb-cursor0
libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0
libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libxkbcommon0 libxkbcommon-x11-0"
fonts="fonts-dejavu-core"
for_tests="xvfb xdotool"

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

opens_windows() { QT_QPA_PLATFORM=offscreen .venv/bin/python -c 'import PySide6.QtWidgets' 2>/dev/null; }

has_x_libraries() {
    plugin=$(.venv/bin/python -c 'import PySide6, pathlib; print(pathlib.Path(PySide6.__file__).parent)')/Qt/plugins/platforms/libqxcb.so
    [ ! -e "$plugin" ] || ! ldd "$plugin" 2>/dev/null | grep -q 'not found'
}

has_test_programs() { command -v Xvfb >/dev/null 2>&1 && command -v xdotool >/dev/null 2>&1; }

install() {
    echo "Installing system packages: $*"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}

if [ "$(uname -s)" != Linux ]; then
    exit 0
fi
if ! opens_windows || ! has_x_libraries; then
    # shellcheck disable=SC2086 - lists of words
    if may_install; then install $libraries $fonts; fi
fi
if [ "${1:-}" = --tests ] && ! has_test_programs; then
    # shellcheck disable=SC2086
    if may_install; then install $for_tests $fonts; else
        echo "Tests of the real window need Xvfb and xdotool, and are skipped without them." >&2
        echo "Install them:   Debian, Ubuntu: sudo apt install xvfb xdotool" >&2
    fi
fi
if ! opens_windows; then
    echo "Qt lacks libraries of the system, so no window can be opened." >&2
    echo "Install them:   Debian, Ubuntu: sudo apt install" $libraries >&2
    exit 1
fi
