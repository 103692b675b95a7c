#!/bin/bash
# Becomes a streaming replica, with the options it is given. The copy is made at the first start, and
# again when the primary has given up keeping the log for it (max_slot_wal_keep_size): restart it then.
set -euo pipefail
folder=/var/lib/postgresql/data/copy
role=doukikai_replicator
slot=replica
PGPASSWORD=$(cat /run/doukikai/password)
export PGPASSWORD

ask() { psql --no-psqlrc -qAt -h postgres -U "$role" -d postgres -c "$1"; }

# A primary that is away says nothing about its slot: what is copied can still be read.
state=$(ask "SELECT COALESCE(max(wal_status), 'none') FROM pg_replication_slots WHERE slot_name = '$slot'" || echo unknown)
if [ ! -f "$folder/standby.signal" ] || [ "$state" = lost ] || [ "$state" = none ]; then
    ask "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '$slot'"
    rm -rf "$folder"
    # With -R the copy knows its slot and where to stream from.
    pg_basebackup -h postgres -U "$role" -D "$folder" -R -C -S "$slot" -X stream -c fast
fi
exec postgres -D "$folder" "$@"
