# The running system: the simulator, every service in one process, and what they are told.

# start_simulator: an AWS organization, an OpenID provider, a mail, webhook and chat sink, PagerDuty, Jira,
# ServiceNow. SIM is its address.
start_simulator() {
    local ready=$INSTANCE/run/simulator.json http smtp
    rm -f "$ready"
    choose_port simulator && http=$PORT
    choose_port smtp && smtp=$PORT
    spawn simulator TERM "$BIN/curfew-simulator" --http "127.0.0.1:$http" --smtp "127.0.0.1:$smtp" \
        --ready-file "$ready" --profile aws --seed 1
    await simulator 30 test -s "$ready"
    SIM=http://127.0.0.1:$http
    SIM_SMTP=smtp://127.0.0.1:$smtp
}

# describe_system: the environment in which `curfew` runs, exported.
describe_system() {
    choose_port http 8080
    API=http://127.0.0.1:$PORT
    export AWS_ACCESS_KEY_ID=AKIACURFEWDEV0000001 AWS_SECRET_ACCESS_KEY=curfew-dev-secret
    unset AWS_SESSION_TOKEN AWS_PROFILE
    export CURFEW__HTTP__LISTEN=127.0.0.1:$PORT
    export CURFEW__HTTP__PUBLIC_URL=$API
    export CURFEW__DATABASE__URL=$DATABASE_URL
    export CURFEW__BROKER__URL=$AMQP_URL
    export CURFEW__AWS__ENDPOINT_URL=$SIM
    export CURFEW__AWS__REGION=eu-central-1
    # Each kind of work in AWS by a role of its own, with the policies of deploy/iam, which the simulator enforces.
    local account role
    account=$(curl -sf "$SIM/control/directory" | sed -n 's/.*"management_account_id":"\([0-9]*\)".*/\1/p')
    for role in grant revocation backstop session-deny directory; do
        export "CURFEW__AWS_ROLES__$(tr a-z- A-Z_ <<<"$role")=arn:aws:iam::$account:role/curfew-$role"
    done
    # What removes access should all of this be gone; the simulator fires it.
    export CURFEW__BACKSTOP__ROLE_ARN=arn:aws:iam::$account:role/curfew-backstop-target
    export CURFEW__OIDC__ISSUER=$SIM/oidc
    export CURFEW__OIDC__AUDIENCE=curfew
    export CURFEW__OIDC__CLIENT_ID=curfew-portal
    export CURFEW__OIDC__CLIENT_SECRET=curfew-portal-secret
    export CURFEW__PERSONAS__ADMIN_GROUPS=curfew-admins
    export CURFEW__PERSONAS__AUDITOR_GROUPS=curfew-auditors
    export CURFEW__MAIL__SMTP_URL=${CURFEW__MAIL__SMTP_URL:-$SIM_SMTP}
    export CURFEW__MAIL__FROM='Curfew <curfew@harbourfreight.example>'
    CURFEW__LINKS__KEY=$(link_key)
    export CURFEW__LINKS__KEY
    CURFEW__RECEIPTS__KEY=$(receipt_key)
    export CURFEW__RECEIPTS__KEY
    # The simulator's prepared policy.
    export CURFEW__LIVE_SESSIONS__POLICY_ID=p-curfewdeny
    # Development only: the webhook sink is on this machine, where no real endpoint may be.
    export CURFEW__WEBHOOKS__ALLOW_PRIVATE=true
    # Who is on call, and tickets: the simulator's stand-ins.
    export CURFEW__ON_CALL__PAGERDUTY_URL=$SIM/pagerduty
    export CURFEW__ON_CALL__PAGERDUTY_TOKEN=pagerduty-token
    export CURFEW__TICKETS__SYSTEMS__JIRA__KIND=jira_cloud
    export CURFEW__TICKETS__SYSTEMS__JIRA__BASE_URL=$SIM/jira
    export CURFEW__TICKETS__SYSTEMS__JIRA__USER=curfew@harbourfreight.example
    export CURFEW__TICKETS__SYSTEMS__JIRA__SECRET=jira-token
    export CURFEW__TICKETS__SYSTEMS__JIRA__WINDOW_START_FIELD=customfield_10060
    export CURFEW__TICKETS__SYSTEMS__JIRA__WINDOW_END_FIELD=customfield_10061
    export CURFEW__TICKETS__SYSTEMS__SERVICENOW__KIND=servicenow
    export CURFEW__TICKETS__SYSTEMS__SERVICENOW__BASE_URL=$SIM/servicenow
    export CURFEW__TICKETS__SYSTEMS__SERVICENOW__USER=curfew
    export CURFEW__TICKETS__SYSTEMS__SERVICENOW__SECRET=servicenow-password
    # For `./dev demo` and everybody's own scripts.
    export CURFEW_API=$API CURFEW_SIMULATOR=$SIM CURFEW_BIN=$BIN/curfew
}

# The same, kept for other terminals while the system runs. It holds secrets.
write_environment() {
    (umask 077 && for name in AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY DATABASE_URL AMQP_URL \
        $(compgen -v | grep -E '^CURFEW_' | sort); do
        printf 'export %s=%q\n' "$name" "${!name:-}"
    done >"$INSTANCE/run/environment.new")
    mv "$INSTANCE/run/environment.new" "$INSTANCE/run/environment"
}

is_ready() { [ "$(curl -s -o "$INSTANCE/run/readiness" -m 5 -w '%{http_code}' "$API/readyz")" = 200 ]; }

# Its own words about what it waits for, shown when it does not get there.
explain_curfew() { [ ! -s "$INSTANCE/run/readiness" ] || say "    $API/readyz says: $(head -c 2000 "$INSTANCE/run/readiness")"; }

start_curfew() {
    phase "Migrating the database" attend work "$BIN/curfew" migrate || die "The migration failed."
    spawn curfew TERM "$BIN/curfew" up "$@"
    rm -f "$INSTANCE/run/readiness"
    await curfew 90 is_ready
}

# start_system [--release] [--only a,b]: the whole way from sources to readiness.
start_system() {
    local -a profile=() only=()
    local -i began=$SECONDS
    while [ $# -gt 0 ]; do
        case $1 in
            --release) profile=(--release) ;;
            --only) only=(--only "${2:?--only needs the names of services, separated by commas}") && shift ;;
            --only=*) only=(--only "${1#--only=}") ;;
            *) die "'./dev up' does not know '$1'." ;;
        esac
        shift
    done
    BIN=$(folder_of_build ${profile[@]+"${profile[@]}"})
    need_linux
    need_tools servers
    need_cargo
    need_room
    hold_instance
    rm -f "$INSTANCE/run/environment"
    start_servers
    phase "Building" build_programs ${profile[@]+"${profile[@]}"}
    phase "Waiting for Postgres and RabbitMQ" await_servers
    phase "Starting the simulator" start_simulator
    describe_system
    phase "Starting Curfew" start_curfew ${only[@]+"${only[@]}"}
    if [ "${#only[@]}" = 0 ]; then
        phase "Sample rules" attend work "$BIN/curfew" sample-rules || die "The sample rules could not be created."
    fi
    write_environment
    note "Ready after $((SECONDS - began)) s."
}

# watch_system: until Ctrl-C, or until one of the processes ends, which ends all.
watch_system() {
    local name
    while :; do
        sleep 1 &
        wait $! || true
        for name in curfew simulator rabbitmq postgres; do
            [ -f "$(record_of "$name")" ] || continue
            recorded_pid "$name" >/dev/null && continue
            show_log_end "$name"
            die "$name has ended; the lines above are the end of .curfew/log/$name.log. Everything else is being stopped."
        done
    done
}
