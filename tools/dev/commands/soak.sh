# soak NAME: runs lives for long under faults, on private servers; figures in target/figures/NAME.json.
# shellcheck source=/dev/null
. "$ROOT/tools/dev/commands/bench.sh"

run_soak() {
    use_instance soak
    measure soak "$@"
}
