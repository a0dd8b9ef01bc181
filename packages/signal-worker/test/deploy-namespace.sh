#!/bin/bash
# Runs the blocks of docs/deploy.md as root, on a copy of this machine that is thrown away: mounts, network and processes of its own.
# Arguments: the folder with the blocks (1.sh, 2.sh, …), the checkout, Node.
set -eu
blocks=$1 top=$2 node=$3
ip link set lo up

# Whatever the commands write to is a copy, or empty.
mount --make-rprivate /
copies=$(mktemp -d)
mount -t tmpfs none "$copies"
cp -a /etc "$copies/etc"
mount --bind "$copies/etc" /etc
for folder in /opt /run /usr/local/bin /var/log; do mount -t tmpfs -o mode=0755 none "$folder"; done
mkdir -p /var/lib/nginx && mount -t tmpfs -o mode=0755 none /var/lib/nginx
mkdir -p /opt/p2p-call /var/log/nginx /etc/nginx/sites-available /etc/nginx/sites-enabled /etc/caddy
mount --bind "$top" /opt/p2p-call
mount -o remount,bind,ro /opt/p2p-call
touch /usr/local/bin/node && mount --bind "$node" /usr/local/bin/node
install -m 0755 "$top/packages/signal-worker/test/deploy-systemctl.sh" /usr/local/bin/systemctl

# The internet's part: the name, and a certificate for it that this machine trusts.
echo '127.0.0.1 signal.example.com' >> /etc/hosts
live=/etc/letsencrypt/live/signal.example.com
mkdir -p "$live"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=signal.example.com' \
  -addext 'subjectAltName=DNS:signal.example.com' -keyout "$live/privkey.pem" -out "$live/fullchain.pem" 2> /dev/null
cat "$live/fullchain.pem" >> /etc/ssl/certs/ca-certificates.crt
# Some machines point curl elsewhere.
export CURL_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt HOME=/run

cd /
for block in $(ls "$blocks" | sort -n); do
  echo "@@ begin ${block%.sh}"
  status=0
  bash -eu -o pipefail "$blocks/$block" < /dev/null 2>&1 || status=$?
  echo
  echo "@@ end ${block%.sh} $status"
done
systemctl stop p2p-call
echo "@@ ends $(tr '\n' ' ' < /run/p2p-call-test-ends)"
echo "@@ journal"
cat /run/p2p-call-test-journal
