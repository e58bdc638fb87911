# up [--only a,b] [--release]: starts the whole system on this machine, until Ctrl-C.
run_up() {
    use_instance up
    start_system "$@"
    welcome
    watch_system
}

welcome() {
    local mails=$SIM/mail
    [ "$CURFEW__MAIL__SMTP_URL" = "$SIM_SMTP" ] || mails="(mails go to $CURFEW__MAIL__SMTP_URL)"
    cat <<TEXT

${BOLD}Curfew runs.${PLAIN} Ctrl-C stops it; its data stays in .curfew (./dev reset deletes it).

  Portal         $API/
  API document   $API/docs
  Mail viewer    $mails
  Simulator      $SIM/          (the AWS organization, sign-in, webhooks, chat)
  Logs           ./dev logs curfew

  Sign in as     ann, ben       ask for access
                 carla, dave    approve
                 erin           reads everything (auditor)
                 frank          changes rules (admin)

What may ann ask for? Paste this:

  curl -s -H "Authorization: Bearer \$(curl -s $SIM/oidc/token-for/ann)" $API/v1/eligibility

TEXT
    first_request || true
}

# A request that works when pasted, made of the first thing that ann is really eligible for.
first_request() {
    local token answer account permission_set
    token=$(curl -sf -m 5 "$SIM/oidc/token-for/ann") || return 1
    answer=$(curl -sf -m 10 -H "Authorization: Bearer $token" "$API/v1/eligibility") || return 1
    account=$(grep -oE '"[0-9]{12}"' <<<"$answer" | head -n 1) || return 1
    permission_set=$(grep -oE '"arn:aws[a-z-]*:sso:::permissionSet/[^"]+"' <<<"$answer" | head -n 1) || return 1
    [ -n "$account" ] && [ -n "$permission_set" ] || return 1
    cat <<TEXT
Ask for it for ten minutes; the approver's mail with its two links then lies in the mail viewer:

  curl -s -H "Authorization: Bearer \$(curl -s $SIM/oidc/token-for/ann)" -H 'Content-Type: application/json' \\
    -d '{"pairs":[{"account":$account,"permission_set":$permission_set}],"minutes":10,"reason":"Trying Curfew for the first time"}' \\
    $API/v1/requests

TEXT
}
