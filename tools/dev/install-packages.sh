#!/usr/bin/env bash
# Runs as root, by packages.sh: installs Debian packages without letting them start a service.
# Debian starts a server as soon as it is installed, unless /usr/sbin/policy-rc.d forbids it: ours stands there for
# the time of the installation, and whatever stood there before comes back. What is new is also kept from starting
# at the next boot; what the machine had before is left as it was.
set -euo pipefail

POLICY=/usr/sbin/policy-rc.d
SAVED=/usr/sbin/policy-rc.d.before-curfew
MARK='# put here by curfew for the time of an installation'

restore() {
    if [ -f "$POLICY" ] && grep -qxF "$MARK" "$POLICY"; then rm -f "$POLICY"; fi
    if [ -e "$SAVED" ]; then mv -f "$SAVED" "$POLICY"; fi
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null || true)" = installed ]; }

restore # of a run that was killed
trap restore EXIT
trap 'exit 130' INT TERM HUP
if [ -e "$POLICY" ]; then mv "$POLICY" "$SAVED"; fi
printf '#!/bin/sh\n%s\nexit 101\n' "$MARK" >"$POLICY"
chmod 755 "$POLICY"

declare -A unit=([rabbitmq-server]=rabbitmq-server.service [postgresql-common]=postgresql.service [erlang-base]='epmd.service epmd.socket')
declare -a new=()
for package in "${!unit[@]}"; do
    installed "$package" || new+=("$package")
done

export DEBIAN_FRONTEND=noninteractive
apt-get -o DPkg::Lock::Timeout=300 -qq update >&2
apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -y --no-install-recommends install "$@" </dev/null >&2

if command -v systemctl >/dev/null; then
    for package in ${new[@]+"${new[@]}"}; do
        if installed "$package"; then
            # shellcheck disable=SC2086 # one package may have two units
            systemctl --quiet disable ${unit[$package]} >/dev/null 2>&1 || true
        fi
    done
fi
