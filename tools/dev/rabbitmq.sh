# A private RabbitMQ node: its own name server, ports, data, cookie and password. It needs no rights of any kind.

# find_rabbitmq: the server's own start script, not the wrapper in PATH, which wants the account `rabbitmq`.
find_rabbitmq() {
    local home version
    RABBIT_SERVER=''
    for home in /usr/lib/rabbitmq/lib/rabbitmq_server-* /opt/rabbitmq; do
        [ -x "$home/sbin/rabbitmq-server" ] || continue
        version=$(cat "$home/VERSION" 2>/dev/null) || version=${home##*rabbitmq_server-}
        at_least "$version" "$RABBITMQ_AT_LEAST" || continue
        RABBIT_SERVER=$home/sbin/rabbitmq-server
    done
    [ -n "$RABBIT_SERVER" ] && command -v erl >/dev/null && command -v epmd >/dev/null
}

# start_rabbitmq: begins to start; await_rabbitmq waits.
start_rabbitmq() {
    local home=$INSTANCE/rabbitmq dist
    mkdir -p -m 700 "$home"
    choose_port rabbitmq && RABBIT_PORT=$PORT
    choose_port rabbitmq-nodes && dist=$PORT
    choose_port epmd
    RABBIT_EPMD=$PORT
    : >"$home/enabled_plugins"
    # The password is set when the node makes its data; later starts find it there.
    (umask 077 && cat >"$home/rabbitmq.conf") <<CONF
listeners.tcp.local = 127.0.0.1:$RABBIT_PORT
default_user = curfew
default_pass = $(secret rabbitmq 16)
default_user_tags.administrator = true
disk_free_limit.absolute = 200MB
CONF
    # Erlang would start its name server as a daemon that outlives the node, on the port that all nodes of a machine
    # share. Ours has a port of its own, runs in the foreground, and ends with the node.
    # The node would start a daemon if it found none yet.
    spawn epmd TERM epmd -port "$RABBIT_EPMD" -address 127.0.0.1
    await epmd 10 port_answers "$RABBIT_EPMD"
    # RABBITMQ_ALLOW_INPUT makes the script become the node instead of staying its parent (-noinput undoes the rest).
    spawn rabbitmq TERM env -u RABBITMQ_NODE_IP_ADDRESS -u RABBITMQ_PID_FILE \
        HOME="$home" ERL_EPMD_PORT="$RABBIT_EPMD" ERL_EPMD_ADDRESS=127.0.0.1 \
        RABBITMQ_NODENAME=curfew@localhost RABBITMQ_USE_LONGNAME=false \
        RABBITMQ_NODE_PORT="$RABBIT_PORT" RABBITMQ_DIST_PORT="$dist" \
        RABBITMQ_CONF_ENV_FILE="$home/none" RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf" \
        RABBITMQ_ADVANCED_CONFIG_FILE="$home/none.config" RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins" \
        RABBITMQ_MNESIA_BASE="$home/data" RABBITMQ_LOG_BASE="$home/log" RABBITMQ_LOGS=- \
        RABBITMQ_ALLOW_INPUT=true RABBITMQ_SERVER_START_ARGS='-noinput +B i' \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' \
        "$RABBIT_SERVER"
}

# The protocol's own greeting, answered: the listener opens when everything behind it is up.
rabbitmq_answers() {
    (
        exec 8<>"/dev/tcp/127.0.0.1/$RABBIT_PORT" || exit 1
        printf 'AMQP\0\0\11\1' >&8
        IFS= read -r -t 5 -n 1 -d '' _ <&8
    ) 2>/dev/null
}

await_rabbitmq() {
    await rabbitmq 90 rabbitmq_answers
    AMQP_URL=amqp://curfew:$(secret rabbitmq 16)@127.0.0.1:$RABBIT_PORT/%2f
}
