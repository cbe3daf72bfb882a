#!/bin/sh
# redis-cli of the container's own Redis, unless the command line says where. `docker compose exec api redis-cli -u
# $REDIS_URL PING`, typed where that variable is empty, arrives here as `-u PING`.
case "${1-}" in
  -u) case "${2-}" in *://*) ;; *) shift; set -- -u "$REDIS_URL" "$@" ;; esac ;;
  -*) ;;
  *) set -- -u "$REDIS_URL" "$@" ;;
esac
exec valkey-cli "$@"
