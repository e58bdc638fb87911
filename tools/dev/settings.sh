# Where things are and what they are called. A name that a reader may look for stands here once.

STATE=$ROOT/.curfew                             # git-ignored; data of `./dev up`, deleted by `./dev reset`
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
case $TARGET in /*) ;; *) TARGET=$ROOT/$TARGET ;; esac

MOTO_VERSION=5.2.5                              # AWS as somebody else understood it: the tests' second opinion
POSTGRES_AT_LEAST=15
RABBITMQ_AT_LEAST=3.10

# An instance is one set of private servers with its own data, ports, logs and recorded processes.
# `up` lives in .curfew itself; tests and benches have instances of their own, removed when they end.
INSTANCE=$STATE
INSTANCE_NAME=up

use_instance() {
    INSTANCE_NAME=$1
    case $1 in
        up) INSTANCE=$STATE ;;
        *) INSTANCE=$STATE/$1 ;;
    esac
}

make_instance() {
    mkdir -p "$INSTANCE/run" "$INSTANCE/log" "$INSTANCE/ports"
}

# secret NAME BYTES: random hexadecimal, made once for this instance, readable by its owner only.
secret() {
    local file=$INSTANCE/secrets/$1
    if [ ! -s "$file" ]; then
        mkdir -p -m 700 "$INSTANCE/secrets"
        (umask 077 && head -c "$2" /dev/urandom | od -An -vtx1 | tr -d ' \n' >"$file.new" && mv "$file.new" "$file")
    fi
    printf '%s' "$(<"$file")"
}

# The key that signs receipts of removed access: as below, and kept for the same reason.
receipt_key() {
    local file=$STATE/receipt-key
    [ -s "$file" ] || (umask 077 && head -c 32 /dev/urandom | base64 -w 0 >"$file.new" && mv "$file.new" "$file")
    printf '%s' "$(<"$file")"
}

# The key that signs the links in mails: base64 of 32 bytes, kept, so that links in old mails stay valid.
link_key() {
    local file=$STATE/link-key
    [ -s "$file" ] || (umask 077 && head -c 32 /dev/urandom | base64 -w 0 >"$file.new" && mv "$file.new" "$file")
    printf '%s' "$(<"$file")"
}
