# Words on the terminal: one voice for every command, on standard error, so that standard output stays for results.

if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then
    BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' GREEN=$'\e[32m' PLAIN=$'\e[0m'
else
    BOLD='' DIM='' RED='' GREEN='' PLAIN=''
fi

say() { printf '%s\n' "$*" >&2; }
note() { printf '%s  %s%s\n' "$DIM" "$*" "$PLAIN" >&2; }

# What could not be done, and what the reader can do about it. The exit trap stops whatever was started.
die() {
    printf '%sdev: %s%s\n' "$RED" "$1" "$PLAIN" >&2
    shift
    local line
    for line in "$@"; do printf '     %s\n' "$line" >&2; done
    exit 1
}

# phase NAME COMMAND...: the name before, the seconds after.
phase() {
    local name=$1 began=$SECONDS
    shift
    printf '%s▸ %s%s\n' "$BOLD" "$name" "$PLAIN" >&2
    # Spelled out: where the caller writes `phase ... || die`, the shell does not stop at a failure by itself.
    "$@" || return
    printf '%s✓%s %s: %d s\n' "$GREEN" "$PLAIN" "$name" "$((SECONDS - began))" >&2
}
