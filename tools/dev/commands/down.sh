# down: stops a system that runs in another terminal, and whatever a killed script left behind.
run_down() {
    local name owner found=''
    for name in up test bench soak demo servers; do
        use_instance "$name"
        [ -d "$INSTANCE/run" ] || continue
        mkdir -p "$STATE/locks"
        exec 9>>"$STATE/locks/$name"
        if ! flock -n 9; then
            case $name in test | bench | soak) note "./dev $name is running; it ends by itself." && continue ;; esac
            owner=$(cat "$INSTANCE/run/owner" 2>/dev/null) || true
            say "Stopping './dev $name' (process ${owner:-unknown}) ..."
            [ -z "$owner" ] || kill -s TERM "$owner" 2>/dev/null || true
            flock -w 90 9 || die "It has not ended after 90 s."
            found=yes
        fi
        if anything_recorded_lives; then
            say "Stopping what './dev $name' left behind ..."
            found=yes
        fi
        stop_recorded
        rm -f "$INSTANCE/run/owner" "$INSTANCE/run/environment"
        [ "$name" = up ] || remove_instance
    done
    if [ -n "$found" ]; then say "Stopped."; else say "Nothing of this checkout is running."; fi
}
