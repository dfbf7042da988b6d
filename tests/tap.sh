# shellcheck shell=bash
# What test scripts have in common, to be sourced: TAP output, and a folder of their own.
here=$(mktemp -d) || exit 1
trap 'rm -rf -- "$here"' EXIT
export LC_ALL=C.UTF-8
count=0

# check "what is promised" command...: the command's status is the verdict; what it says is shown if it fails
check() {
  local what=$1
  shift
  count=$((count + 1))
  if "$@" >"$here/said" 2>&1; then
    echo "ok $count - $what"
  else
    echo "not ok $count - $what"
    sed 's/^/# /' "$here/said"
  fi
}

skip() { # WHAT WHY
  count=$((count + 1))
  echo "ok $count - $1 # SKIP $2"
}
