# help: lists the commands, each with one sentence.
run_help() {
    local file
    printf 'Usage: ./dev COMMAND\n\n'
    for file in "$ROOT"/tools/dev/commands/*.sh; do
        sed -nE '1s/^# ([^:]*): (.*)$/\1\t\2/p' "$file"
    done | while IFS=$'\t' read -r usage sentence; do
        printf '  %-44s %s\n' "./dev $usage" "$sentence"
    done
}
