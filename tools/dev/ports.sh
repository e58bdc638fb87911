# Ports on the loopback interface: remembered, so that an address stays the same from one start to the next.

CHOSEN_PORTS=' '

# Nobody listens on it, read from the kernel's own table (no tool needs to be installed).
port_is_free() {
    local hex
    printf -v hex '%04X' "$1"
    ! grep -qsE "^ *[0-9]+: [0-9A-F]+:$hex [0-9A-F]+:[0-9A-F]+ 0A " /proc/net/tcp /proc/net/tcp6
}

# choose_port NAME [PREFERRED]: the answer is in PORT; a preferred one goes before the remembered one. Below 32768, where outgoing connections do not wander.
choose_port() {
    local file=$INSTANCE/ports/$1 tries=0
    PORT=${2:-$(cat "$file" 2>/dev/null || true)}
    until [[ $PORT =~ ^[0-9]+$ ]] && [[ $CHOSEN_PORTS != *" $PORT "* ]] && port_is_free "$PORT"; do
        tries=$((tries + 1))
        [ "$tries" -lt 500 ] || die "No free port on 127.0.0.1 was found for $1."
        if [ -n "${2:-}" ] && [ "$tries" -lt 20 ]; then
            PORT=$(($2 + tries))
        else
            PORT=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        fi
    done
    CHOSEN_PORTS+="$PORT "
    printf '%s\n' "$PORT" >"$file"
}

port_answers() { (exec 8<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
