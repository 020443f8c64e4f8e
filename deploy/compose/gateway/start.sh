#!/bin/sh
# Starts nginx with the resolver of this network and, where a certificate is mounted, with TLS; has it read both anew
# when they change, without ending anything: a certificate that was renewed, or is there at last.
set -eu
place=/tmp/place crt=/etc/parvis/tls/tls.crt key=/etc/parvis/tls/tls.key

choose() {
  resolver=${PARVIS_RESOLVER:-$(awk '$1 == "nameserver" { print ($2 ~ /:/) ? "[" $2 "]" : $2; exit }' /etc/resolv.conf)}
  echo "resolver $resolver valid=5s ipv6=off; resolver_timeout 3s;" >$place/resolver.conf
  # Who stands before the gateway and says for whom they ask; nobody is believed but they.
  { for proxy in ${PARVIS_PROXIES:-}; do echo "set_real_ip_from $proxy;"; done
    echo "real_ip_header X-Forwarded-For; real_ip_recursive on;"; } >$place/proxies.conf
  if [ ! -s $crt ] || [ ! -s $key ]; then
    cp /etc/parvis/place/open.conf $place/listening.conf
    return
  fi
  case $(nginx -v 2>&1) in # from 1.25.1 on HTTP/2 has a directive of its own
    */1.?.* | */1.1?.* | */1.2[0-4].*) listen='ssl http2' http2= ;;
    *) listen=ssl http2='http2 on;' ;;
  esac
  case ${PARVIS_ADDRESS:-} in
    https://*) address=${PARVIS_ADDRESS%/} ;;
    *) address= ;;
  esac
  sed -e "s|@LISTEN@|$listen|" -e "s|@HTTP2@|$http2|" -e "${address:+s|@ADDRESS@|$address|;}/@ADDRESS@/d" \
    /etc/parvis/place/tls.conf >$place/listening.conf
}

what_counts() { cat $crt $key /etc/resolv.conf 2>/dev/null | cksum; }

look_again() {
  known=$1
  while sleep "${PARVIS_TLS_LOOK_SECONDS:-60}"; do
    seen=$(what_counts)
    [ "$seen" != "$known" ] || continue
    choose
    # A half-written pair is refused, and looked at again.
    if nginx -c /etc/parvis/place/nginx.conf -t 2>&1; then
      nginx -c /etc/parvis/place/nginx.conf -s reload && known=$seen
    fi
  done
}

mkdir -p $place
at_start=$(what_counts)
choose
look_again "$at_start" &
exec nginx -c /etc/parvis/place/nginx.conf -g 'daemon off;'
