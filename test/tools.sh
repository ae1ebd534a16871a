#!/bin/sh
# Installs, through apt, what the tests need and the machine lacks.
set -eu
need=
[ -n "$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null)" ] || need="$need postgresql"
command -v chromium >/dev/null || need="$need chromium"
# Scripts that the pages show and that a bare machine has no letters for.
[ -d /usr/share/fonts/truetype/noto ] || need="$need fonts-noto-core"
[ -n "$need" ] || exit 0
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $need
