#!/bin/bash
# Stands in for systemctl where docs/deploy.md is tried out: there is no systemd in there. It reads the installed unit and does the
# part of it that needs none: user, environment, credentials, no privileges, ExecStart; SIGTERM, and the status it ended with.
set -eu
unit=/etc/systemd/system/p2p-call.service
state=/run/p2p-call-test

values() { sed -n "s/^$1=//p" "$unit"; }

start() {
  local credentials settings=() name file
  credentials=$(mktemp -d /run/credentials.XXXXXX)
  chown p2p-call "$credentials"
  while IFS=: read -r name file; do
    install -m 0400 -o p2p-call "$file" "$credentials/$name"
  done < <(values LoadCredential)
  mapfile -t settings < <(values Environment | sed "s|%d|$credentials|"; grep -v '^#' "$(values EnvironmentFile)" | grep .)
  rm -f "$state".*
  (
    # shellcheck disable=SC2046 # the words of ExecStart
    env -i PATH=/usr/local/bin:/usr/bin:/bin "${settings[@]}" setpriv --reuid="$(values User)" --regid="$(values Group)" \
      --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all $(values ExecStart) >> /run/p2p-call-test-journal 2>&1 &
    echo $! > "$state.pid"
    status=0
    wait $! || status=$?
    echo "$status" >> /run/p2p-call-test-ends
    touch "$state.ended"
  ) < /dev/null > /dev/null 2>&1 &
  until [ -s "$state.pid" ]; do sleep 0.05; done
}

stop() {
  kill -TERM "$(cat "$state.pid")"
  until [ -e "$state.ended" ]; do sleep 0.05; done
}

case "$*" in
  daemon-reload) ;;
  'enable --now p2p-call') start ;;
  'restart p2p-call') stop; start ;;
  'stop p2p-call') stop ;;
  'reload nginx') nginx ;;
  *) echo "nothing stands in for systemctl $*" >&2; exit 1 ;;
esac
