#!/bin/bash
# Becomes a streaming replica, with the options it is given. The copy is made at the first start, and
# again when the primary has given up keeping the log for it (max_slot_wal_keep_size): restart it then.
set -euo pipefail
folder=/var/lib/postgresql/data/copy
role=doukikai_replicator
slot=replica
PGPASSWORD=$(cat /run/doukikai/password)
export PGPASSWORD

# By the protocol of replication: the role may enter no database.
ask() { psql --no-psqlrc -qAt "host=postgres user=$role replication=true" -c "$1"; }

# Type, position and timeline of the slot; without a position the log is lost. A primary that is away
# says nothing about its slot: what is copied can still be read.
state=$(ask "READ_REPLICATION_SLOT $slot" || echo unknown)
if [ ! -f "$folder/standby.signal" ] || [[ $state != unknown && $state != physical\|?*\|* ]]; then
    [[ $state != physical* ]] || ask "DROP_REPLICATION_SLOT $slot WAIT"
    rm -rf "$folder"
    # With -R the copy knows its slot and where to stream from.
    pg_basebackup -h postgres -U "$role" -D "$folder" -R -C -S "$slot" -X stream -c fast
    # A primary that was restored keeps the restore's settings, which the copy would follow: it would stop
    # at that moment instead of streaming on.
    sed -i -E '/^(restore_command|recovery_target)/d' "$folder/postgresql.auto.conf"
fi
exec postgres -D "$folder" "$@"
