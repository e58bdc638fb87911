# soak NAME: runs lives for long under faults, on private servers; figures in target/figures/NAME.json. `properties [TIMES]` tries so many more random cases of the rules than the tests do.
# shellcheck source=/dev/null
. "$ROOT/tools/dev/commands/bench.sh"

run_soak() {
    if [ "${1:-}" = properties ]; then
        need_cargo
        need_room
        CURFEW_TEST_DEPTH=${2:-20} cargo_do test --release -p domain --test rules
        return
    fi
    use_instance soak
    need_linux
    need_faketime
    measure soak "$@"
}
