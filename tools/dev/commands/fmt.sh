# fmt: formats every source file.
run_fmt() {
    need_cargo
    exec cargo fmt --all
}
