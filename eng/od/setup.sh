# shellcheck shell=bash
# ./od setup: chooses where Orleans and ONNX Runtime come from and writes the choice to eng/selected.props.

setup_usage() {
  cat <<'TEXT'
usage: ./od setup [options]

Finds out whether the official packages restore here and otherwise selects their substitutes (docs/PACKAGES.md).

  --orleans auto|nuget|standin     Orleans from packages, or the single-process stand-in      (default: auto)
  --orleans-version VERSION        another version of the Orleans packages
  --orleans-feed DIR               a folder of packages to look into as well
  --onnxruntime auto|nuget|npm     ONNX Runtime from NuGet, or built from npm packages        (default: auto)
TEXT
}

need() { # need COMMAND WHY
  command -v "$1" >/dev/null 2>&1 && return
  echo "od: '$1' is not on the PATH; $2" >&2
  exit 1
}

# Restores a probe project. 0: restores. 1: the source lacks a package. Anything else stops with NuGet's own words.
restores() { # restores NAME [PROPERTY...]
  local name="$1" log
  shift
  log="$(mktemp)"
  # The official packages, whatever was selected before: a substitute restores everywhere.
  if dotnet restore "$root/eng/probe/$name.csproj" --verbosity quiet -p:OrleansEngine=nuget -p:OnnxRuntimeSource=nuget "$@" >"$log" 2>&1; then
    rm -f "$log"
    return 0
  fi
  if grep -qE 'NU110[123]' "$log"; then
    rm -f "$log"
    return 1
  fi
  echo "od: the package source did not answer:" >&2
  grep -m 3 -E 'error' "$log" >&2 || cat "$log" >&2
  rm -f "$log"
  exit 1
}

setup() {
  local orleans=auto onnxruntime=auto version="" feed="" properties=()
  while [ $# -gt 0 ]; do
    case "$1" in
      --orleans) orleans="${2:?--orleans needs a value}"; shift 2 ;;
      --orleans-version) version="${2:?--orleans-version needs a value}"; shift 2 ;;
      --orleans-feed) feed="$(cd "${2:?--orleans-feed needs a folder}" && pwd)"; shift 2 ;;
      --onnxruntime) onnxruntime="${2:?--onnxruntime needs a value}"; shift 2 ;;
      -h | --help) setup_usage; return ;;
      *) echo "od setup: unknown option '$1'" >&2; setup_usage >&2; exit 2 ;;
    esac
  done
  case "$orleans" in auto | nuget | standin) ;; *) echo "od setup: --orleans takes auto, nuget or standin" >&2; exit 2 ;; esac
  case "$onnxruntime" in auto | nuget | npm) ;; *) echo "od setup: --onnxruntime takes auto, nuget or npm" >&2; exit 2 ;; esac
  need dotnet "install the .NET 10 SDK"
  need npm "install Node.js 20 or newer"

  [ -n "$version" ] && properties+=("-p:OrleansVersion=$version")
  [ -n "$feed" ] && properties+=("-p:RestoreAdditionalProjectSources=$feed")
  if [ "$orleans" = auto ]; then
    if restores Orleans "${properties[@]+"${properties[@]}"}"; then orleans=nuget; else orleans=standin; fi
  fi
  if [ "$onnxruntime" = auto ]; then
    if restores OnnxRuntime; then onnxruntime=nuget; else onnxruntime=npm; fi
  fi
  write_selection "$orleans" "$onnxruntime" "$version" "$feed"
  explain_selection "$orleans" "$onnxruntime"
}

write_selection() { # write_selection ORLEANS ONNXRUNTIME VERSION FEED
  local file="$root/eng/selected.props" new
  new="$(
    echo '<Project>'
    echo '  <!-- Written by ./od setup; not part of the repository. -->'
    echo '  <PropertyGroup>'
    echo "    <OrleansEngine>$1</OrleansEngine>"
    echo "    <OnnxRuntimeSource>$2</OnnxRuntimeSource>"
    [ -n "$3" ] && echo "    <OrleansVersion>$3</OrleansVersion>"
    [ -n "$4" ] && echo "    <RestoreAdditionalProjectSources>$4</RestoreAdditionalProjectSources>"
    echo '  </PropertyGroup>'
    echo '</Project>'
  )"
  # The file keeps its time when nothing changed, so that nothing is built anew.
  if [ ! -f "$file" ] || [ "$new" != "$(cat "$file")" ]; then printf '%s\n' "$new" >"$file"; fi
}

explain_selection() { # explain_selection ORLEANS ONNXRUNTIME
  case "$1" in
    nuget) echo "Orleans:      the official packages." ;;
    standin)
      echo "Orleans:      the stand-in in eng/orleans-standin (the package source lacks the official runtime, or you asked for it)."
      echo "              Everything runs in one process; clusters of several machines need the official packages." ;;
  esac
  case "$2" in
    nuget) echo "ONNX Runtime: Microsoft.ML.OnnxRuntime.Gpu from NuGet." ;;
    npm) echo "ONNX Runtime: the official binding and library, from npm packages (eng/onnxruntime)." ;;
  esac
}
