# bench NAME: measures on private servers of default durability, release build; figures in target/figures/NAME.json.
run_bench() {
    use_instance bench
    measure bench "$@"
}

# measure KIND NAME...: also what `./dev soak` does.
measure() {
    local kind=$1
    shift
    [ $# -gt 0 ] || die "Which one? ./dev $kind NAME"
    TEMPORARY=yes
    private_servers_only
    need_linux
    need_cargo
    need_room
    need_tools servers
    [ "$1" != portal ] || need_chromium
    hold_instance
    start_servers
    phase "Building (release)" cargo_do build --release --workspace --bins || die "The build failed."
    phase "Postgres and RabbitMQ" await_servers
    export_test_servers
    export CURFEW_BENCH_BIN_DIR=$TARGET/release
    export CURFEW_TEST_BIN_DIR=$TARGET/release
    export CURFEW_FIGURES_DIR=$TARGET/figures
    # What a soak takes away and brings back.
    export CURFEW_SERVERS=$ROOT/tools/dev/server.sh CURFEW_INSTANCE=$INSTANCE_NAME
    mkdir -p "$CURFEW_FIGURES_DIR"
    QUIET_END=yes
    attend work "$TARGET/release/curfew-bench" "$@"
}
