# shellcheck shell=bash
# To be sourced, with the folder in build: installs it below $here/root.
# shellcheck source=tests/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../tap.sh"
if ! DESTDIR=$here/root meson install -C "$build" --no-rebuild >"$here/said" 2>&1; then
  sed 's/^/# /' "$here/said"
  echo 'Bail out! meson install failed'
  exit 1
fi
