# servers: starts only a Postgres and a RabbitMQ for tests run by hand, prints their variables, until Ctrl-C.
run_servers() {
    use_instance servers
    TEMPORARY=yes
    private_servers_only
    need_linux
    need_tools servers
    hold_instance
    start_servers fast
    phase "Starting Postgres and RabbitMQ" await_servers
    export_test_servers
    say "In another terminal (also kept in .curfew/servers/run/environment):"
    export -p | sed -nE 's/^declare -x (CURFEW_(TEST_[A-Z_]+|PGBENCH)=.*)$/export \1/p' | tee "$INSTANCE/run/environment"
    watch_system
}
