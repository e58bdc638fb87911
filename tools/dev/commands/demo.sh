# demo: plays the whole life once, from asking to gone, against the running system or one of its own.
run_demo() {
    local environment=$STATE/run/environment
    use_instance up
    need_linux
    if [ -f "$environment" ] && recorded_pid curfew >/dev/null; then
        # shellcheck source=/dev/null
        . "$environment"
        note "Against the system that runs at $CURFEW_API."
        exec "$CURFEW_BIN" demo --api "$CURFEW_API" --simulator "$CURFEW_SIMULATOR" "$@"
    fi
    use_instance demo
    TEMPORARY=yes
    QUIET_END=yes
    start_system
    attend work "$BIN/curfew" demo --api "$API" --simulator "$SIM" "$@"
}
