#!/bin/sh
# What pip cannot bring and tests use: Chromium, PostgreSQL, a Java compiler, Node.js with npm, age.
# Used where found, installed where we are root on a Debian system; otherwise the tests that need
# them are listed as NOT RUN.
set -eu
has() { command -v "$1" >/dev/null 2>&1; }
# Debian keeps PostgreSQL's own programs off the PATH.
has_postgresql() { has initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }

# Only what is missing: a Node.js from elsewhere and Debian's npm do not go together.
missing=""
[ -n "${P8_CHROMIUM:-}" ] || has chromium || missing="$missing chromium"
has_postgresql || missing="$missing postgresql"
has javac || missing="$missing default-jdk-headless"
has node || missing="$missing nodejs"
has npm || missing="$missing npm"
has age || missing="$missing age"
if [ -z "$missing" ]; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && has apt-get; then
    echo "installing for the tests (once, some minutes):$missing"
    # shellcheck disable=SC2086
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing >/dev/null \
        || echo "could not be installed; the tests that need them will be NOT RUN:$missing"
fi
