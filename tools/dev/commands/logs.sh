# logs [curfew|simulator|postgres|rabbitmq]: follows what a process of the running system writes.
run_logs() {
    local log=$STATE/log/${1:-curfew}.log
    [ -f "$log" ] || die "There is no log of '${1:-curfew}' in .curfew/log."
    exec tail -n 100 -F "$log"
}
