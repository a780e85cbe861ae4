# shellcheck shell=bash
# ./od test: builds the solution, runs every test program, and ends with one line that counts.

test_usage() {
  cat <<'TEXT'
usage: ./od test [--filter TEXT] [--project NAME]

  --filter TEXT     only tests whose full name (namespace, class, method) contains TEXT; * is a wildcard
  --project NAME    only the test project of that name, such as Jobs.Tests; may be repeated

Golden numbers are read from OD_GOLDEN_DIR when it is set.
TEXT
}

run_tests() {
  local filter="" projects=() project program log passed=0 failed=0 skipped=0
  while [ $# -gt 0 ]; do
    case "$1" in
      --filter) filter="${2:?--filter needs a text}"; shift 2 ;;
      --project) projects+=("${2:?--project needs a name}"); shift 2 ;;
      -h | --help) test_usage; return ;;
      *) echo "od test: unknown option '$1'" >&2; test_usage >&2; exit 2 ;;
    esac
  done
  need dotnet "install the .NET 10 SDK"
  build_if_changed all OrleansDiffusion.sln "$root/tests" "$root/samples" "$root/OrleansDiffusion.sln"

  if [ ${#projects[@]} -eq 0 ]; then
    for project in "$root"/tests/*.Tests; do projects+=("$(basename "$project")"); done
  fi
  log="$(mktemp)"
  for project in "${projects[@]}"; do
    program="$root/artifacts/bin/$project/release/OrleansDiffusion.$project.dll"
    if [ ! -f "$program" ]; then
      echo "od test: there is no test project '$project'" >&2
      exit 2
    fi
    run_test_program "$project" "$program" "$filter" "$log"
  done
  rm -f "$log"
  if [ $((passed + failed + skipped)) -eq 0 ]; then echo "od test: no test matches '$filter'" >&2; failed=1; fi
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
}

# Runs one program and adds its counts to the caller's passed, failed and skipped.
run_test_program() { # run_test_program PROJECT PROGRAM FILTER LOG
  local project="$1" program="$2" filter="$3" log="$4" code=0 summary total errors bad skip options=(-noLogo -noColor -preEnumerateTheories)
  [ -n "$filter" ] && options+=(-method "*$filter*")
  (cd "$root" && dotnet "$program" "${options[@]}") >"$log" 2>&1 || code=$?
  summary="$(grep -E "Total: [0-9]+" "$log" | tail -n 1 || true)"
  grep -vE '^ *(Discovering|Discovered|Starting|Finished): |^=== TEST EXECUTION SUMMARY|^Ok, passed [0-9]+ tests|Total: [0-9]+' "$log" || true
  if [ -z "$summary" ]; then
    echo "  $project: the test program ended with code $code before it had counted its tests"
    failed=$((failed + 1))
    return
  fi
  total="$(count Total "$summary")" errors="$(count Errors "$summary")" bad="$(count Failed "$summary")" skip="$(count Skipped "$summary")"
  [ "$total" -gt 0 ] && echo "  $project: $((total - bad - skip)) passed, $((bad + errors)) failed, $skip skipped in $(count Time "$summary") s"
  passed=$((passed + total - bad - skip))
  failed=$((failed + bad + errors))
  skipped=$((skipped + skip))
  # A program that passed its tests and then crashed has not passed.
  if [ "$code" -ne 0 ] && [ "$((bad + errors))" -eq 0 ] && [ "$total" -gt 0 ]; then
    echo "  $project: the test program ended with code $code"
    failed=$((failed + 1))
  fi
}

# A program of which no test was asked for says its total alone; what is not said is none.
count() { # count NAME SUMMARY
  local value
  value="$(printf '%s' "$2" | sed -nE "s/.*$1: ([0-9.]+).*/\\1/p")"
  printf '%s' "${value:-0}"
}
