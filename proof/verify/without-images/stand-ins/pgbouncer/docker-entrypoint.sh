#!/bin/sh
# As in the real image: variables set the settings of the same name, and DB_… variables name the database.
set -eu
folder=/etc/pgbouncer
echo "\"$DB_USER\" \"$DB_PASSWORD\"" > $folder/userlist.txt
{
  echo "[databases]"
  echo "$DB_NAME = host=$DB_HOST port=${DB_PORT:-5432}"
  echo "[pgbouncer]"
  echo "listen_addr = 0.0.0.0"
  echo "unix_socket_dir ="
  echo "auth_file = $folder/userlist.txt"
  for name in LISTEN_PORT AUTH_TYPE POOL_MODE DEFAULT_POOL_SIZE MAX_CLIENT_CONN MAX_PREPARED_STATEMENTS \
    SERVER_LOGIN_RETRY QUERY_WAIT_TIMEOUT; do
    eval "value=\${$name:-}"
    [ -z "$value" ] || echo "$name = $value" | tr '[:upper:]' '[:lower:]'
  done
} > $folder/pgbouncer.ini
exec "$@"
