# reset [--yes]: deletes the data of this checkout's system (asks first).
run_reset() {
    local answer=''
    use_instance up
    if [ ! -d "$STATE" ]; then say "There is nothing to delete." && return 0; fi
    if [ "${1:-}" != --yes ]; then
        [ -t 0 ] || die "This deletes requests, rules and the audit log in .curfew. Without a terminal to ask on: ./dev reset --yes"
        read -r -p "Delete $STATE with all requests, rules and the audit log in it? [y/N] " answer
        [[ $answer == [yY]* ]] || { say "Nothing was deleted." && return 0; }
    fi
    hold_instance
    stop_recorded
    forget_postgres
    trap - EXIT
    rm -rf "$STATE"
    say "Deleted."
}
