#!/bin/bash
# `make up`: build, start, and let every container read the settings and files as they are now.
#
# Compose recreates a container whose definition has changed. It does not notice three other changes, so this script
# does: RabbitMQ imports definitions that have changed (and switches its feature flags on), parts that no profile names any more are stopped, and a
# container that is older than a file it reads (its share of the secrets, its configuration) is restarted. Last, when no
# older service runs any more, RabbitMQ forgets the bindings that the definitions no longer have.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

is_healthy() { [ "$(docker compose ps --format '{{.Health}}' "$1" 2>/dev/null)" = healthy ]; }

shares() { # each container's folder of secrets, and when it last changed, in nanoseconds
  docker compose run --rm --no-deps -T secrets \
    sh -c 'cd /secrets && for folder in */; do echo "${folder%/} $(stat -c %.9Y "$folder" | tr -d .)"; done'
}

is_older_than_its_files() { # container, when it started
  local began share path
  began=$(date -d "$2" +%s%N)
  for share in $(docker inspect --format '{{range .HostConfig.Mounts}}{{with .VolumeOptions}}{{.Subpath}} {{end}}{{end}}' "$1"); do
    share=${share%%/*}
    # What changes in RabbitMQ's is its definitions, and they are imported while it runs.
    [ "$share" = rabbitmq ] || [ "$((${changed_at[$share]:-0}))" -le "$began" ] || return 0
  done
  while read -r path; do
    [ -z "$path" ] || [ -z "$(find "$path" -newermt "$2" -print -quit)" ] || return 0
  done < <(docker inspect --format '{{range .Mounts}}{{if and (eq .Type "bind") (not .RW)}}{{println .Source}}{{end}}{{end}}' "$1")
  return 1
}

docker compose --profile tools build # the operator's command too, which "up" leaves as it was
docker compose run --rm --no-deps -T secrets
if is_healthy rabbitmq; then
  docker compose exec -T rabbitmq rabbitmqctl --quiet import_definitions /run/doukikai/definitions.json
  # A newer RabbitMQ may not start on its data otherwise.
  docker compose exec -T rabbitmq rabbitmqctl --quiet enable_feature_flag all
fi

wanted=$(docker compose config --services)
mapfile -t unwanted < <(docker compose --profile '*' ps --services | grep -vxF -e "$wanted" -e "" || true)
for service in "${unwanted[@]}"; do
  case "$service" in rabbitmq-*)
    echo "$service still holds members of the queues: take it out of the cluster first, as docs/scaling.md says." >&2
    exit 1
    ;;
  esac
done
[ "${#unwanted[@]}" = 0 ] || docker compose --profile '*' rm --stop --force "${unwanted[@]}"

docker compose up --detach --wait

declare -A changed_at
while read -r share moment; do changed_at[$share]=$moment; done < <(shares)
for id in $(docker compose ps --quiet); do
  read -r service started < <(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}} {{.State.StartedAt}}' "$id")
  if is_older_than_its_files "$id" "$started"; then
    echo "$service reads settings that have changed, and is restarted."
    docker restart "$id" >/dev/null
    docker compose up --detach --wait --no-deps "$service"
  fi
done

docker compose exec -T rabbitmq rabbitmqctl --quiet eval "$(cat deploy/rabbitmq/unbind.erl)" "$(cat deploy/rabbitmq/definitions.json)"
