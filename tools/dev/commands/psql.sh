# psql [...]: opens the running system's database.
run_psql() {
    local environment=$STATE/run/environment
    [ -f "$environment" ] || die "Nothing is running here. ./dev up starts it."
    # shellcheck source=/dev/null
    . "$environment"
    find_postgres || PG_BIN=$(dirname "$(command -v psql)") || die "There is no psql on this machine."
    exec "$PG_BIN/psql" "$DATABASE_URL" "$@"
}
