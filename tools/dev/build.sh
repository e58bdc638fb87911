# Cargo: found, checked, and run so that it can be stopped at any moment.

need_cargo() {
    command -v cargo >/dev/null || PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
    command -v cargo >/dev/null ||
        die "A Rust toolchain is needed (cargo was not found)." "Install one from https://rustup.rs and come again."
}

# A build that fills the disk fails without a word of the compiler's: better to say so before it.
FIRST_BUILD_GIB=12
NEXT_BUILD_GIB=3
need_room() {
    local need=$FIRST_BUILD_GIB free
    [ ! -d "$TARGET/debug/deps" ] || need=$NEXT_BUILD_GIB
    mkdir -p "$TARGET"
    free=$(($(df -Pk "$TARGET" | awk 'NR == 2 { print $4 }') / 1048576))
    [ "$free" -ge "$need" ] ||
        die "Building needs $need GiB in $TARGET, and its disk has $free GiB left." \
            "Make room (cargo clean takes back what old builds left), or set CARGO_TARGET_DIR to another disk."
}

# need_components NAME...: rustfmt and clippy come with most toolchains, not with all.
need_components() {
    local component
    for component in "$@"; do
        cargo "${component/rustfmt/fmt}" --version >/dev/null 2>&1 || rustup component add "$component" >&2 ||
            die "The toolchain has no $component: rustup component add $component"
    done
}

# A build machine builds once: what would make a second build faster costs it gigabytes and time.
[ -z "${CI:-}" ] || export CARGO_INCREMENTAL=0

cargo_do() { attend work cargo "$@"; }

# build_programs [--release]: what a running system consists of.
build_programs() {
    cargo_do build "$@" -p curfew -p simulator --bins || die "The build failed; the compiler's words are above."
}

folder_of_build() {
    case " $* " in
        *' --release '*) printf '%s/release' "$TARGET" ;;
        *) printf '%s/debug' "$TARGET" ;;
    esac
}
