#!/bin/sh
# redis-cli with the container's Redis as the default. If your shell has no REDIS_URL, `docker compose exec api
# redis-cli -u $REDIS_URL PING` arrives here as `-u PING`.
case "${1-}" in
  -u) case "${2-}" in *://*) ;; *) shift; set -- -u "$REDIS_URL" "$@" ;; esac ;;
  -*) ;;
  *) set -- -u "$REDIS_URL" "$@" ;;
esac
exec valkey-cli "$@"
