#!/bin/sh
# Becomes the command it is given, with every file of /run/doukikai as a variable named like it.
# The services read plain variables; written in docker-compose.yml, passwords would show in
# `docker inspect` and in git. What the operator has set stays.
set -eu
for file in /run/doukikai/*; do
    [ -f "$file" ] || continue
    name=${file##*/}
    [ -n "$(printenv "$name" || true)" ] || export "$name=$(cat "$file")"
done
exec "$@"
