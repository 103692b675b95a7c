#!/usr/bin/env bash
# Ask OSV whether a pinned Python package has a known advisory. Where OSV or pip-audit cannot be reached, say so and succeed:
# the outcome depends on the day and the network, so no other target runs this.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

environment=.local/audit
skip() {
  printf 'Skipped: %s\n' "$*"
  exit 0
}

timeout 10 bash -c '</dev/tcp/api.osv.dev/443' 2>/dev/null || skip "api.osv.dev, which knows the advisories, cannot be reached."
if [ ! -x "$environment/bin/pip-audit" ]; then
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet pip-audit==2.10.1 || skip "pip-audit cannot be installed."
fi
for requirements in requirements.txt requirements-migrate.txt requirements-dev.txt; do
  "$environment/bin/pip-audit" --strict --vulnerability-service osv --require-hashes --disable-pip --requirement "$requirements"
done
