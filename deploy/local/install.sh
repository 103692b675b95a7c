#!/usr/bin/env bash
# Install what the demo, the tests, the checks or the load test need and this machine lacks: servers from the distribution,
# Python packages from the hash-pinned file. Does nothing, quickly, when all is there. What builds a chroot of Debian 13 needs
# neither.
# Usage: deploy/local/install.sh demo|drill|test|check|load|trixie
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" # a Debian user's PATH lacks where servers live

purpose="${1:-demo}"
policy=/usr/sbin/policy-rc.d
server_packages='^(postgresql|pgbackrest|pgbouncer|rabbitmq|redis|prometheus|erlang-base)'
cluster_rule=/etc/postgresql-common/createcluster.d/doukikai-local.conf

# The distribution's own before whatever comes first in PATH: the one a bare machine has, and built by profile, which a
# Python that was compiled by hand often is not (a fifth slower, json a third).
python=/usr/bin/python3
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || python=python3

say() { printf '%s\n' "$*"; }
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

has_program() { command -v "$1" >/dev/null; }
has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }
has_venv() { "$python" -c 'import ensurepip' 2>/dev/null; }
has_faketime() { compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null; }
has_japanese_font() { compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null; }
has_emoji() { [ -f /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf ]; }

missing_packages() {
  if [ "$purpose" = trixie ]; then
    has_program mmdebstrap || echo mmdebstrap
    return 0
  fi
  has_venv || echo python3-venv
  { has_program prometheus && has_program promtool; } || echo prometheus
  [ "$purpose" != check ] || return 0
  has_postgresql || echo postgresql
  has_program pgbouncer || echo pgbouncer
  has_program rabbitmq-server || echo rabbitmq-server
  has_program redis-server || echo redis-server
  has_program setpriv || echo util-linux
  case "$purpose" in test | drill) has_program pgbackrest || echo pgbackrest ;; esac
  [ "$purpose" != load ] || has_program wrk || echo wrk
  case "$purpose" in test | load) ;; *) return 0 ;; esac
  has_program prometheus-alertmanager || echo prometheus-alertmanager
  has_program prometheus-postgres-exporter || echo prometheus-postgres-exporter
  has_program prometheus-redis-exporter || echo prometheus-redis-exporter
  has_program chromium || echo chromium
  has_japanese_font || echo fonts-noto-cjk
  has_emoji || echo fonts-noto-color-emoji
  has_faketime || echo libfaketime
}

# Nothing of the distribution may start by itself: neither while it is installed nor at the next boot.
hold_services() {
  [ ! -e "$policy" ] || mv "$policy" "$policy.before-doukikai"
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  mkdir -p "$(dirname "$cluster_rule")"
  echo 'create_main_cluster = false' >"$cluster_rule"
}

release_services() {
  rm -f "$policy" "$cluster_rule"
  [ ! -e "$policy.before-doukikai" ] || mv "$policy.before-doukikai" "$policy"
}

# Only units of packages that this run installed; what the machine's owner had stays as it was.
disable_new_services() {
  local package unit units=()
  has_program systemctl || return 0
  for package in "$@"; do
    for unit in $(dpkg -L "$package" 2>/dev/null | sed -n 's|^\(/usr\)\?/lib/systemd/system/\([^@/]*\.\(service\|socket\|timer\)\)$|\2|p'); do
      if systemctl --quiet is-enabled "$unit" 2>/dev/null; then
        systemctl --quiet disable "$unit" 2>/dev/null && units+=("$unit")
      fi
    done
  done
  [ ${#units[@]} -eq 0 ] || say "  (installed but not started at boot: ${units[*]}; systemctl enable brings them back)"
}

installed_packages() { dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' | awk '$1 == "ii" { print $2 }' | sort; }

show_progress() { # one moving line on a terminal, one line for each big step elsewhere
  if [ -t 1 ]; then
    awk '/^(Get:|Unpacking|Setting up|Collecting|Installing)/ { printf "\r\033[K  %.76s", $0; fflush() }
      END { printf "\r\033[K" }'
  else
    grep --line-buffered -E '^(Setting up|Collecting|Installing)' | stdbuf -oL cut -c 1-76 | sed -u 's/^/  /' || true
  fi
}

apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -y "$@" </dev/null 2>&1
}

install_as_root() {
  local log before
  log="$(mktemp)"
  before="$(installed_packages)"
  trap 'release_services; rm -f "'"$log"'"' EXIT
  trap 'exit 130' INT TERM HUP
  hold_services
  say "  fetching the package lists…"
  apt update >"$log" || true # an unreachable third-party list must not stop us; the install below judges
  if ! apt install --no-install-recommends "$@" | tee -a "$log" | show_progress; then
    tail -n 5 "$log" >&2
    fail "apt-get could not install: $*"
  fi
  disable_new_services $(comm -13 <(echo "$before") <(installed_packages) | grep -E "$server_packages" || true)
}

install_packages() {
  local packages
  mapfile -t packages < <(missing_packages)
  [ ${#packages[@]} -gt 0 ] || return 0
  has_program apt-get || fail "Missing: ${packages[*]} (Debian and Ubuntu names); install them, this machine has no apt-get."
  say "▸ installing ${packages[*]}"
  if [ "$(id -u)" = 0 ]; then
    bash "${BASH_SOURCE[0]}" "$purpose" --as-root "${packages[@]}"
  elif has_program sudo && { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }; }; then
    sudo bash "$PWD/deploy/local/install.sh" "$purpose" --as-root "${packages[@]}"
  else
    fail "Missing: ${packages[*]}; become root or get sudo, or run as root: apt-get install --no-install-recommends ${packages[*]}"
  fi
  say "✓ system packages (${SECONDS} s)"
}

install_venv() {
  local wanted stamp=.venv/.requirements.sha256 started=$SECONDS
  local which='import sys; print(sys.base_prefix, sys.version)'
  wanted="$(cat requirements-dev.txt <("$python" -c "$which") | sha256sum)"
  if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    return 0
  fi
  say "▸ installing the Python packages of requirements-dev.txt into .venv"
  [ "$(.venv/bin/python -c "$which" 2>/dev/null)" = "$("$python" -c "$which")" ] ||
    "$python" -m venv --clear .venv || fail "$python -m venv failed; is python3-venv installed?"
  if ! .venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off \
    --require-hashes -r requirements-dev.txt </dev/null 2>&1 | tee .venv/install.log | show_progress; then
    tail -n 3 .venv/install.log >&2
    fail "pip could not install requirements-dev.txt; all it said is in .venv/install.log."
  fi
  echo "$wanted" >"$stamp"
  say "✓ Python packages ($((SECONDS - started)) s)"
}

case "$purpose" in demo | drill | test | check | load | trixie) ;; *) fail "Usage: deploy/local/install.sh demo|drill|test|check|load|trixie" ;; esac
if [ "${2:-}" = --as-root ]; then
  shift 2
  install_as_root "$@"
else
  install_packages
  [ "$purpose" = trixie ] || install_venv
fi
