# test [filter]: every check of the project, on private servers; with a filter only the tests that match it.
run_test() {
    use_instance test
    TEMPORARY=yes
    private_servers_only
    need_linux
    need_cargo
    need_room
    need_tools servers
    hold_instance
    if [ $# -eq 0 ]; then
        need_components rustfmt clippy
        phase "Format" cargo_do fmt --all -- --check -l || die "These files are not formatted as rustfmt would. ./dev fmt does it."
        phase "Lints" cargo_do clippy --quiet --workspace --all-targets -- -D warnings || die "The linter objects."
    fi
    phase "Moto" need_moto
    need_faketime
    if [ -d "$ROOT/tests/browser" ]; then phase "Chromium" need_chromium; fi
    start_servers fast
    phase "Build" cargo_do build --workspace --all-targets || die "The build failed."
    phase "Postgres and RabbitMQ" await_servers
    export_test_servers
    export CURFEW_TEST_MOTO=$STATE/venv/bin/moto_server
    export CURFEW_TEST_BIN_DIR=$TARGET/debug
    say "${BOLD}▸ Tests${PLAIN} (after $SECONDS s)"
    # Nothing is printed after this: the last line is the test runner's own.
    QUIET_END=yes
    run_tests "$@"
}

run_tests() {
    if cargo nextest --version >/dev/null 2>&1; then
        # Its keyboard commands need the terminal's foreground, which is this script's.
        NEXTEST_NO_INPUT_HANDLER=1 cargo_do nextest run --profile whole --test-threads $(($(nproc) + 6)) \
            --workspace --no-fail-fast "$@"
    else
        cargo_do test --workspace --no-fail-fast "$@"
    fi
}

# Moto's server, an AWS that none of us wrote, in a Python environment of this checkout.
need_moto() {
    local venv=$STATE/venv python
    [ "$(cat "$venv/moto-version" 2>/dev/null)" != "$MOTO_VERSION" ] || return 0
    # Debian's own Python first: others in PATH come and go.
    python=$(PATH=/usr/bin:$PATH command -v python3) || python=''
    if [ -z "$python" ] || ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        install_packages python3 python3-venv
        python=/usr/bin/python3
    fi
    rm -rf "$venv"
    attend work "$python" -m venv "$venv" &&
        attend work "$venv/bin/pip" --disable-pip-version-check --quiet install "moto[server]==$MOTO_VERSION" ||
        die "moto $MOTO_VERSION could not be installed; pip's words are above."
    printf '%s' "$MOTO_VERSION" >"$venv/moto-version"
}
