# Postgres and RabbitMQ together: private ones, or those that DATABASE_URL and AMQP_URL point to.

GIVEN_DATABASE_URL=${DATABASE_URL:-}
GIVEN_AMQP_URL=${AMQP_URL:-}

# private_servers_only: tests and benches bring their own, whatever the surroundings say.
private_servers_only() {
    GIVEN_DATABASE_URL='' GIVEN_AMQP_URL=''
    unset DATABASE_URL AMQP_URL
}

# start_servers [fast]: both begin to start, so that a build can go on meanwhile.
start_servers() {
    [ -n "$GIVEN_DATABASE_URL" ] || start_postgres "${1:-}"
    [ -n "$GIVEN_AMQP_URL" ] || start_rabbitmq
}

await_servers() {
    [ -n "$GIVEN_DATABASE_URL" ] || await_postgres
    [ -n "$GIVEN_AMQP_URL" ] || await_rabbitmq
}

# What tests and benches are told.
export_test_servers() {
    export CURFEW_TEST_DATABASE_URL=$MAINTENANCE_URL
    export CURFEW_TEST_AMQP_URL=$AMQP_URL
    export CURFEW_PGBENCH=$PG_BIN/pgbench
}
