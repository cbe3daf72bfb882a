#!/bin/sh
# redis-cli with the container's Redis, unless options name another (-h, -p, -s, -u). If your shell has no REDIS_URL,
# `docker compose exec api redis-cli -u $REDIS_URL PING` arrives here as `-u PING`.
case "${1-} ${2-}" in
  '-u '*://*) ;;
  '-u '*) shift ;;
esac
# The command begins at the first word that is no option and cannot be the value of one.
named=false previous=
for word; do
  case "$word" in
    -[hpsu]) named=true ;;
    -*) ;;
    *) case "$previous" in -*) ;; *) break ;; esac ;;
  esac
  previous=$word
done
if [ $named = false ]; then
  case "$REDIS_URL" in
    # redis-cli connects to one node of a cluster, and with -c follows keys to the others.
    *+cluster://*)
      node=$(printf %s "$REDIS_URL" | sed 's/+cluster//; /@/s/\(@[^,]*\),.*/\1/; /@/!s/,.*//')
      set -- -c -u "$node" "$@"
      ;;
    *) set -- -u "$REDIS_URL" "$@" ;;
  esac
fi
exec valkey-cli "$@"
