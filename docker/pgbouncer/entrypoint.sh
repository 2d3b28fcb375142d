#!/bin/sh
# Writes PgBouncer's configuration from the environment and runs it. CONFIG_DIR must be writable.
set -eu
dir=${CONFIG_DIR:-/etc/pgbouncer}
quoted() { printf '"%s"' "$(printf '%s' "$1" | sed 's/"/""/g')"; }

umask 077
printf '%s %s\n' "$(quoted "${DB_USER:?}")" "$(quoted "${DB_PASSWORD:?}")" >"$dir/userlist.txt"
cat >"$dir/pgbouncer.ini" <<INI
[databases]
${DB_NAME:?} = host=${DB_HOST:?} port=${DB_PORT:-5432} dbname=${DB_NAME}
[pgbouncer]
listen_addr = ${LISTEN_ADDR:-0.0.0.0}
listen_port = ${LISTEN_PORT:-6432}
unix_socket_dir =
auth_type = ${AUTH_TYPE:-scram-sha-256}
auth_file = $dir/userlist.txt
pool_mode = ${POOL_MODE:-session}
default_pool_size = ${DEFAULT_POOL_SIZE:-20}
max_client_conn = ${MAX_CLIENT_CONN:-100}
ignore_startup_parameters = extra_float_digits
INI
exec pgbouncer "$dir/pgbouncer.ini"
