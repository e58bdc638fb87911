# A private Postgres: its own data, port and password; the system's own cluster is neither used nor touched.

# find_postgres: the folder of its programs in PG_BIN; the version that made our data, otherwise the newest.
find_postgres() {
    local folder version wanted='' best=0
    PG_BIN=''
    locate_postgres
    wanted=$(cat "$PG_HOME/version" 2>/dev/null) || true
    for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin "$(dirname "$(command -v initdb || echo /none)")"; do
        [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] || continue
        version=$("$folder/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
        [[ $version =~ ^[0-9]+$ ]] && [ "$version" -ge "$POSTGRES_AT_LEAST" ] || continue
        if [ "$version" = "$wanted" ]; then PG_BIN=$folder && return 0; fi
        if [ "$version" -gt "$best" ]; then best=$version PG_BIN=$folder; fi
    done
    [ -n "$PG_BIN" ] || return 1
    [ -z "$wanted" ] ||
        die "The data in $PG_HOME was made by PostgreSQL $wanted, which is no longer installed." "./dev reset starts afresh."
}

# Postgres refuses to run as root: then an account without rights runs it, and must be able to reach the data.
# A checkout below a closed folder (/root) is out of its reach; the data then lies in /var/tmp, noted in postgres.place.
locate_postgres() {
    PG_AS=()
    PG_HOME=$INSTANCE/postgres
    [ ! -s "$INSTANCE/postgres.place" ] || PG_HOME=$(<"$INSTANCE/postgres.place")
}

settle_postgres() {
    locate_postgres
    mkdir -p "$PG_HOME"
    [ "$(id -u)" = 0 ] || { chmod 700 "$PG_HOME" && return 0; }
    local account uid gid
    for account in postgres nobody; do
        if uid=$(id -u "$account" 2>/dev/null); then break; fi
    done
    [ -n "$uid" ] || die "Postgres does not run as root, and there is no account 'postgres' or 'nobody' to run it."
    gid=$(id -g "$account")
    PG_AS=(setpriv "--reuid=$uid" "--regid=$gid" --init-groups)
    chown "$uid:$gid" "$PG_HOME" && chmod 700 "$PG_HOME"
    if "${PG_AS[@]}" test -w "$PG_HOME/." 2>/dev/null; then return 0; fi
    rmdir "$PG_HOME" 2>/dev/null || true
    PG_HOME=/var/tmp/curfew-postgres-$(printf '%s' "$INSTANCE" | cksum | cut -d ' ' -f 1)
    mkdir -m 700 "$PG_HOME" 2>/dev/null && chown "$uid:$gid" "$PG_HOME"
    [ ! -L "$PG_HOME" ] && [ "$(stat -c %u "$PG_HOME")" = "$uid" ] ||
        die "$PG_HOME is not ours; remove it, or move this checkout to where the account '$account' can reach it."
    printf '%s' "$PG_HOME" >"$INSTANCE/postgres.place"
    note "The account '$account' cannot reach this checkout; Postgres keeps its data in $PG_HOME."
}

# A cluster is made aside and moved into place when it is whole, so that a half-made one is never started.
make_cluster() {
    local fresh=$PG_HOME/fresh
    rm -rf "$fresh"
    secret postgres 16 >"$PG_HOME/password"
    [ "$(id -u)" != 0 ] || chown --reference="$PG_HOME" "$PG_HOME/password"
    {
        (cd / && "${PG_AS[@]}" "$PG_BIN/initdb" -D "$fresh" --username=curfew --pwfile="$PG_HOME/password" \
            --auth=scram-sha-256 --encoding=UTF8 --no-locale --no-instructions --no-sync) &&
            (cd / && printf 'CREATE DATABASE curfew;\n' | "${PG_AS[@]}" "$PG_BIN/postgres" --single -D "$fresh" postgres)
    } >"$INSTANCE/log/initdb.log" 2>&1 || {
        show_log_end initdb
        die "Postgres could not make its data folder; the lines above say why."
    }
    rm -f "$PG_HOME/password"
    cp "$fresh/PG_VERSION" "$PG_HOME/version"
    mv "$fresh" "$PG_HOME/data"
}

# start_postgres [fast]: begins to start; await_postgres waits. `fast` gives up durability, for tests alone.
start_postgres() {
    local socket=$PG_HOME
    local -a how=(-c max_connections=300)
    settle_postgres
    [ -d "$PG_HOME/data" ] || make_cluster
    [ "${1:-}" != fast ] || how+=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
    # A socket's path has an upper limit of 107 characters in the kernel; without one TCP remains.
    socket=$PG_HOME && [ "${#socket}" -le 80 ] || socket=''
    choose_port postgres
    PG_PORT=$PORT
    spawn postgres INT ${PG_AS[@]+"${PG_AS[@]}" --pdeathsig=INT} "$PG_BIN/postgres" -D "$PG_HOME/data" \
        -c listen_addresses=127.0.0.1 -c port="$PG_PORT" -c unix_socket_directories="$socket" "${how[@]}"
}

await_postgres() {
    await postgres 60 "$PG_BIN/pg_isready" -q -h 127.0.0.1 -p "$PG_PORT"
    DATABASE_URL=postgres://curfew:$(secret postgres 16)@127.0.0.1:$PG_PORT/curfew
    MAINTENANCE_URL=${DATABASE_URL%/curfew}/postgres
}

forget_postgres() {
    [ ! -s "$INSTANCE/postgres.place" ] || rm -rf -- "$(<"$INSTANCE/postgres.place")"
}
