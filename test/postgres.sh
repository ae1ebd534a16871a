#!/bin/sh
# Starts a private PostgreSQL for the tests on loopback and prints its URL.
# usage: test/postgres.sh start|stop
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
# Each clone has a server of its own: directory and port follow from its place.
sum=$(printf %s "$root" | cksum | cut -d' ' -f1)
dir=/tmp/lodestar-postgres-$(id -u)-$sum
port=$((50000 + sum % 10000))
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
# PostgreSQL refuses to run as root; as root, run it as its own user.
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
case "$1" in
start)
	if [ ! -f "$dir/data/PG_VERSION" ]; then
		mkdir -p "$dir"
		[ "$(id -u)" != 0 ] || chown postgres "$dir"
		as "$bin/initdb" -D "$dir/data" -U lodestar --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
	fi
	# Durability is tested by killing our process, not the server: fsync off
	# makes creating a database per test cheap.
	as "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1 ||
		as "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/log" \
			-o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir -c fsync=off -c max_connections=600" start >/dev/null || { cat "$dir/log" >&2; exit 1; }
	port=$(sed -n 4p "$dir/data/postmaster.pid") # of one that was running already
	echo "postgres://lodestar@127.0.0.1:$port/postgres?sslmode=disable"
	;;
stop)
	as "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null
	;;
esac
