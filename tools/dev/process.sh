# Processes: started, recorded, and stopped only when they are provably the ones that were recorded.
#
# A record is run/NAME.pid: number, birth, signal. The birth (boot and start tick) makes the number unambiguous:
# a number that the kernel has given to somebody else since is never signalled. Every process leads a group of its
# own, so that Ctrl-C reaches this script alone and the script decides the order of stopping; and it is told to end
# when this script dies, so that even `kill -9` leaves nothing half started.

birth_of() {
    local stat boot
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    boot=$(</proc/sys/kernel/random/boot_id)
    # The command's name may hold spaces and brackets; what follows its last bracket is regular.
    local -a fields
    read -ra fields <<<"${stat##*) }"
    # A process that is just vanishing shows nothing; one that has ended and was not yet collected shows Z.
    [ "${#fields[@]}" -gt 19 ] && [ "${fields[0]}" != Z ] || return 1
    printf '%s:%s' "$boot" "${fields[19]}"
}

record_of() { printf '%s/run/%s.pid' "$INSTANCE" "$1"; }

record() { printf '%s %s %s\n' "$2" "$(birth_of "$2" || true)" "$3" >"$(record_of "$1")"; }

# recorded_pid NAME: its number, if the recorded process still lives.
recorded_pid() {
    local file pid birth signal
    file=$(record_of "$1")
    [ -f "$file" ] || return 1
    read -r pid birth signal <"$file" || return 1
    [ -n "$birth" ] && [ "$(birth_of "$pid")" = "$birth" ] || return 1
    printf '%s' "$pid"
}

# spawn NAME SIGNAL COMMAND...: a server in the background, its output in log/NAME.log, SIGNAL ends it in good order.
# Called from the script's own shell, never from a subshell: the process would end with that one. The one that BECOME
# names takes this script's place instead.
spawn() {
    local name=$1 signal=$2 log=$INSTANCE/log/$1.log
    shift 2
    if [ "$name" = "${BECOME:-}" ]; then
        record "$name" "$$" "$signal"
        exec setpriv --pdeathsig "$signal" -- "$@" </dev/null >>"$log" 2>&1
    fi
    [ ! -s "$log" ] || mv -f "$log" "$log.1"
    set -m
    setpriv --pdeathsig "$signal" -- "$@" </dev/null >"$log" 2>&1 9>&- &
    local pid=$!
    set +m
    record "$name" "$pid" "$signal"
    disown "$pid"
}

# attend NAME COMMAND...: run a long command to its end, on this terminal, stoppable at once. Its exit code is ours.
attend() {
    local name=$1 pid code=0
    shift
    set -m
    setpriv --pdeathsig TERM -- "$@" </dev/null 9>&- &
    pid=$!
    set +m
    record "$name" "$pid" TERM
    wait "$pid" || code=$?
    rm -f "$(record_of "$name")"
    return "$code"
}

ask_to_stop() {
    local pid signal
    pid=$(recorded_pid "$1") || return 0
    read -r _ _ signal <"$(record_of "$1")"
    # A build is a tree of compilers: its whole group is asked. A server hands the word on by itself.
    if [ "$1" = work ]; then pid=-$pid; fi
    kill -s "$signal" -- "$pid" 2>/dev/null ||
        ! recorded_pid "$1" >/dev/null ||
        die "Process ${pid#-} ($1) belongs to somebody else; stop it as that user: kill ${pid#-}"
}

# await_stop NAME SECONDS: until it is gone; what does not listen is killed with its group.
await_stop() {
    local pid tenths=$(($2 * 10))
    while pid=$(recorded_pid "$1"); do
        if [ "$tenths" -le 0 ]; then
            note "$1 did not end within $2 s and was killed."
            kill -s KILL -- "-$pid" 2>/dev/null || kill -s KILL "$pid" 2>/dev/null || true
            tenths=50
        fi
        tenths=$((tenths - 1))
        sleep 0.1
    done
    rm -f "$(record_of "$1")"
}

# Services before what they stand on; the servers together; Erlang's name server after the node that uses it.
stop_recorded() {
    ask_to_stop work && await_stop work 10
    ask_to_stop curfew && await_stop curfew 25
    ask_to_stop simulator
    ask_to_stop rabbitmq
    ask_to_stop postgres
    await_stop simulator 5
    await_stop postgres 20
    await_stop rabbitmq 20
    ask_to_stop epmd && await_stop epmd 3
}

anything_recorded_lives() {
    local name
    for name in work curfew simulator rabbitmq postgres epmd; do
        ! recorded_pid "$name" >/dev/null || return 0
    done
    return 1
}

# hold_instance: at most one script works with an instance. The lock dies with its holder, whatever killed it.
hold_instance() {
    make_instance
    mkdir -p "$STATE/locks"
    exec 9>>"$STATE/locks/$INSTANCE_NAME"
    if ! flock -n 9; then
        local owner=''
        owner=$(cat "$INSTANCE/run/owner" 2>/dev/null) || true
        die "'./dev $INSTANCE_NAME' already runs in this checkout${owner:+ (process $owner)}." \
            "Use it, or end it with Ctrl-C in its terminal or with './dev down'."
    fi
    trap 'leave $?' EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    printf '%s\n' "$$" >"$INSTANCE/run/owner"
    if anything_recorded_lives; then
        note "Stopping what an earlier run left behind."
        stop_recorded
    fi
    if [ -n "${TEMPORARY:-}" ]; then
        remove_instance
        make_instance
        printf '%s\n' "$$" >"$INSTANCE/run/owner"
    fi
}

# leave CODE: the one way out. TEMPORARY names an instance that is removed as well.
leave() {
    trap - EXIT
    trap '' HUP INT TERM
    # The last line belongs to the command that ran: a test runner's summary, a table of figures.
    [ -z "${QUIET_END:-}" ] || exec 2>/dev/null
    if [ "$1" -ge 129 ]; then say "" && say "Stopping what was started ..."; fi
    stop_recorded
    rm -f "$INSTANCE/run/owner"
    [ -z "${TEMPORARY:-}" ] || remove_instance
    if [ "$1" -ge 129 ]; then say "Stopped."; fi
    exit "$1"
}

remove_instance() {
    forget_postgres
    rm -rf "$INSTANCE"
}

# await NAME SECONDS TEST...: until TEST succeeds; at once an error when the process NAME is gone.
await() {
    local name=$1 tenths=$(($2 * 10)) limit=$2
    shift 2
    until "$@"; do
        if ! recorded_pid "$name" >/dev/null; then
            show_log_end "$name"
            die "$name ended instead of starting; the lines above are the end of ${INSTANCE#"$ROOT"/}/log/$name.log."
        fi
        tenths=$((tenths - 1))
        if [ "$tenths" -le 0 ]; then
            show_log_end "$name"
            ! declare -F "explain_$name" >/dev/null || "explain_$name"
            die "$name was not ready after $limit s; the lines above are the end of ${INSTANCE#"$ROOT"/}/log/$name.log."
        fi
        sleep 0.1
    done
}

show_log_end() { tail -n 20 "$INSTANCE/log/$1.log" 2>/dev/null | sed 's/^/    | /' >&2 || true; }
