#!/usr/bin/env bash
# Run the tests that depend on versions on those of Debian 13: its servers and its Python are about as new as the images'.
# On another Debian, root runs them in a chroot in .local/trixie, which the next run uses again; remove that folder to build
# a new one. One sentence says why nothing runs where no chroot can be built.
# Usage: deploy/local/trixie.sh [pytest's arguments]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# They need neither a browser nor the history of git: the chroot has only what `make demo` installs.
tests=(
  tests/shared
  tests/schema
  tests/services/invitations/test_{batches,handlers,lists}.py
  tests/services/tickets
  tests/services/scheduler/test_{handlers,ticker}.py
  tests/journeys/test_{column_type,secrets,tickets,whole}.py
  tests/deploy/test_queue_upgrade.py
)

if grep -qx VERSION_CODENAME=trixie /etc/os-release; then
  deploy/local/install.sh demo
  exec .venv/bin/python -m pytest "${tests[@]}" "$@"
fi

home=$PWD/.local/trixie
root=$home/root
ready=$home/ready # exists while the chroot is whole

skip() {
  echo "The tests on Debian 13 are skipped: $*."
  exit 0
}

# Run a command in the chroot. Its mounts and processes belong to namespaces that end with this script, even by kill -9.
inside() {
  setpriv --pdeathsig KILL -- unshare --mount --pid --fork --kill-child -- bash -euc '
    root=$1
    shift
    mount --rbind /dev "$root/dev"
    mount -t proc proc "$root/proc"
    cp --dereference /etc/resolv.conf /etc/hosts "$root/etc"
    # Not the last command, or bash would become it: the first process has to reap orphans.
    chroot "$root" env --chdir=/doukikai --unset=TMPDIR "$@" || exit' - "$root" "$@"
}

# By the mirror, proxy and trusted certificates that apt and this machine use.
build() {
  local mirror
  mirror="$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | sed -n 1p)"
  echo "▸ building a chroot of Debian 13 in .local/trixie"
  rm -rf --one-file-system "$root"
  apt-config dump Acquire >"$home/apt.conf"
  mmdebstrap --quiet --variant=minbase --include=ca-certificates --aptopt="$home/apt.conf" --dpkgopt=force-unsafe-io \
    --customize-hook='mkdir "$1/doukikai"; cp -r /usr/local/share/ca-certificates "$1/usr/local/share"; chroot "$1" update-ca-certificates' \
    trixie "$root" ${mirror:+"$mirror"} >"$home/build.log" 2>&1 ||
    skip "mmdebstrap could not build the chroot: $(tail -n 1 "$home/build.log")"
  echo "✓ chroot ($SECONDS s)"
}

[ "$(id -u)" = 0 ] || skip "only root can build a chroot"
unshare --mount --pid --fork true 2>/dev/null || skip "this machine allows no namespaces of mounts and processes"
deploy/local/install.sh trixie || skip "mmdebstrap is missing"
mkdir -p "$home"
exec 9>"$home/lock"
flock 9
[ -e "$ready" ] || build
rm -f "$ready"
find "$root/doukikai" -mindepth 1 -maxdepth 1 ! -name .venv -exec rm -rf --one-file-system {} +
tar --create --exclude-vcs --exclude=./.venv --exclude=./.local --exclude='./.*_cache' . | tar --extract --directory="$root/doukikai"
inside deploy/local/install.sh demo
touch "$ready"
dpkg-query --root="$root" --show 'postgresql-??' pgbouncer rabbitmq-server redis-server python3
# What fails runs once more on its own, as in `make test-again`.
inside .venv/bin/python -m pytest "${tests[@]}" "$@" ||
  { inside .venv/bin/python -m tests.failed && inside .venv/bin/python -m pytest -n0 --last-failed "${tests[@]}"; }
