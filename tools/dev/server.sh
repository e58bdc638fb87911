#!/usr/bin/env bash
# server.sh stop|run postgres|rabbitmq: takes one private server of the instance CURFEW_INSTANCE away from under what stands on it,
# or becomes that server, with the data and the port that it had. For `./dev soak`, which holds the instance meanwhile.
set -Eeuo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
for part in say settings process ports packages postgres rabbitmq; do
    # shellcheck source=/dev/null
    . "$ROOT/tools/dev/$part.sh"
done
use_instance "${CURFEW_INSTANCE:?names the instance}"

case "${1:-} ${2:-}" in
    'stop postgres')
        ask_to_stop postgres
        await_stop postgres 30
        ;;
    'stop rabbitmq')
        ask_to_stop rabbitmq
        await_stop rabbitmq 30
        ask_to_stop epmd
        await_stop epmd 3
        ;;
    'run postgres' | 'run rabbitmq')
        BECOME=$2
        "find_$2" || die "$2 is not installed."
        "start_$2"
        ;;
    *) die "server.sh stop|run postgres|rabbitmq" ;;
esac
