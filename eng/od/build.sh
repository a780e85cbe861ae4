# shellcheck shell=bash
# Builds only when a source file is newer than the last build, or came or went.

sources() {
  find "$root/src" "$root/eng" "$root/bench" "$root/Directory.Build.props" "$root/Directory.Build.targets" \
    "$root/Directory.Packages.props" "$root/global.json" "$@" \
    \( -name node_modules -o -name bin -o -name obj \) -prune -o -type f -print
}

build_if_changed() { # build_if_changed NAME PROJECT [MORE SOURCE FOLDERS...]
  local name="$1" project="$2" stamp list log started
  shift 2
  stamp="$root/artifacts/.built-$name"
  if [ -f "$root/eng/selected.props" ] && [ -f "$stamp" ]; then
    list="$(sources "$@" | LC_ALL=C sort | cksum)"
    if [ "$list" = "$(cat "$stamp")" ] && [ -z "$(sources "$@" | xargs -d '\n' -r -n 4000 sh -c 'find "$@" -newer "$0" | head -n 1' "$stamp")" ]; then return; fi
  fi

  started=$SECONDS
  if [ ! -f "$root/eng/selected.props" ]; then
    echo "Setting up (the first run only)..." >&2
    setup >&2
  fi
  echo "Building..." >&2
  mkdir -p "$root/artifacts"
  log="$root/artifacts/build-$name.log"
  touch "$stamp.new" # Before the build: what changes while it runs is built again.
  if ! dotnet build "$root/$project" --configuration Release --verbosity quiet -nologo -clp:NoSummary >"$log" 2>&1; then
    grep -E 'error|warn' "$log" | sort -u | head -n 20 >&2 || true
    echo "od: the build failed; all of its output is in $log" >&2
    exit 1
  fi
  sources "$@" | LC_ALL=C sort | cksum >"$stamp.new.list"
  touch -r "$stamp.new" "$stamp.new.list"
  mv "$stamp.new.list" "$stamp"
  rm -f "$stamp.new"
  echo "Built in $((SECONDS - started)) s." >&2
}
