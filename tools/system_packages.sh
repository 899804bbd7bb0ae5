#!/bin/sh
# What pip cannot bring and tests use: Chromium. Used where found, installed where we are root on a
# Debian system; otherwise the tests that need it are listed as NOT RUN.
set -eu
if [ -n "${P8_CHROMIUM:-}" ] || command -v chromium >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing Chromium for the browser tests (once)"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null \
        || echo "Chromium could not be installed; browser tests will be NOT RUN"
fi
