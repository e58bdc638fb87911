# openapi: writes the API documents under openapi/ anew, after an intended change.
run_openapi() {
    need_cargo
    need_room
    UPDATE_OPENAPI=1 exec cargo test -p curfew --test openapi
}
