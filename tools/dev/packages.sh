# What must be on the machine: looked for first, installed from Debian's packages where it is missing.

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# install_packages NAME...: nothing that is installed here starts by itself, now or at the next boot.
install_packages() {
    command -v apt-get >/dev/null || die_without_debian "$*"
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || die "Missing: $*. This user is not root and there is no sudo." \
            "As root: apt-get install $*"
        sudo -n true 2>/dev/null || note "sudo may ask for your password, to install: $*"
    fi
    as_root bash "$ROOT/tools/dev/install-packages.sh" "$@" ||
        die "Installing $* failed; the lines above say why."
}

die_without_debian() {
    die "Missing: $1. This is not a Debian system (no apt-get), so it cannot be installed from here." \
        "Install it yourself, or point to servers that run elsewhere (compose/ has a file for containers):" \
        "DATABASE_URL=postgres://USER:PASSWORD@HOST/DATABASE AMQP_URL=amqp://USER:PASSWORD@HOST/%2f ./dev up"
}

need_linux() {
    [ "$(uname -s)" = Linux ] && command -v setpriv >/dev/null && command -v flock >/dev/null ||
        die "This script needs Linux with util-linux (setpriv, flock)." \
            "Elsewhere run it in a Debian container or virtual machine."
}

# need_tools [servers]: a compiler, curl and certificates; with `servers` also the ones that no variable points to.
need_tools() {
    local -a missing=()
    command -v curl >/dev/null || missing+=(curl)
    command -v cc >/dev/null || missing+=(gcc libc6-dev)
    [ -e /etc/ssl/certs/ca-certificates.crt ] || [ -e /etc/pki/tls/certs/ca-bundle.crt ] || missing+=(ca-certificates)
    if [ "${1:-}" = servers ]; then
        [ -n "$GIVEN_DATABASE_URL" ] || find_postgres || missing+=(postgresql)
        [ -n "$GIVEN_AMQP_URL" ] || find_rabbitmq || missing+=(rabbitmq-server)
    fi
    [ "${#missing[@]}" -gt 0 ] || return 0
    phase "Installing ${missing[*]}" install_packages "${missing[@]}"
    [ "${1:-}" = servers ] || return 0
    [ -n "$GIVEN_DATABASE_URL" ] || find_postgres ||
        die "PostgreSQL $POSTGRES_AT_LEAST or newer is needed and this system has none to install." \
            "Set DATABASE_URL to one that runs elsewhere."
    [ -n "$GIVEN_AMQP_URL" ] || find_rabbitmq ||
        die "RabbitMQ $RABBITMQ_AT_LEAST or newer is needed and this system has none to install." \
            "Set AMQP_URL to one that runs elsewhere."
}

# need_faketime: moves a process's wall clock, for tests.
need_faketime() {
    find_faketime || phase "Installing faketime" install_packages faketime
    find_faketime || die "libfaketime is not where it is looked for: /usr/lib/*/faketime/libfaketimeMT.so.1."
}

find_faketime() { compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null; }

# at_least VERSION WANTED, by numbers (3.9 is older than 3.10).
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# A real browser, for the portal's tests and figures.
need_chromium() {
    command -v chromium >/dev/null || install_packages chromium
    CURFEW_TEST_CHROMIUM=$(command -v chromium)
    export CURFEW_TEST_CHROMIUM
}
