#!/bin/sh
# Chooses the resolver of this network and, where a certificate is mounted, TLS; then starts nginx.
set -eu
resolver=$(awk '$1 == "nameserver" { print ($2 ~ /:/) ? "[" $2 "]" : $2; exit }' /etc/resolv.conf)
tls=
if [ -s /etc/parvis/tls/tls.crt ] && [ -s /etc/parvis/tls/tls.key ]; then
  tls='listen 8443 ssl; ssl_certificate /etc/parvis/tls/tls.crt; ssl_certificate_key /etc/parvis/tls/tls.key; ssl_protocols TLSv1.2 TLSv1.3; add_header Strict-Transport-Security "max-age=31536000" always;'
fi
sed -e "s|@RESOLVER@|$resolver|" -e "s|@TLS@|$tls|" /etc/parvis/nginx.conf >/tmp/nginx.conf
exec nginx -c /tmp/nginx.conf -g 'daemon off;'
