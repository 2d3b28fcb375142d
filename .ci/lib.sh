# shellcheck shell=bash
# The functions of .ci/run, which sources this file and shares its variables.

say() { printf '\n=== %s (%d s)\n' "$*" "$SECONDS"; }

# timed NAME COMMAND...: records how long a stage takes, for the table at the end.
timed() {
  local began=$SECONDS code=0
  say "$1"
  "${@:2}" || code=$?
  stages+=("$(printf '%6d  %s' $((SECONDS - began)) "$1")")
  return "$code"
}

# step NAME COMMAND...: runs one check, which counts as one test.
step() {
  if timed "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}

# suite NAME COMMAND...: runs jest (npm run … --) and counts its tests from the report.
suite() {
  local name=$1 report=$scratch/tmp/${1//[^a-z0-9]/-}.json counts
  timed "$@" --json --outputFile="$report" || true
  counts=$(node -e '
    const r = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    const broken = r.testResults.filter((s) => s.status === "failed" && s.assertionResults.length === 0).length;
    console.log(r.numPassedTests, r.numFailedTests + broken, r.numPendingTests + r.numTodoTests);
  ' "$report") || counts='0 1 0'
  read -r p f s <<<"$counts"
  echo "$name: $p passed, $f failed, $s skipped"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# aside NAME COMMAND...: starts a command that gets only idle CPU time. `join` waits for it.
aside() {
  set -m # a process group of its own, so that all of it can be ended
  (
    chrt --idle --pid 0 "$BASHPID"
    began=$SECONDS code=0
    "${@:2}" || code=$?
    echo "$1 took $((SECONDS - began)) s, aside"
    exit "$code"
  ) >"$scratch/$1.log" 2>&1 </dev/null &
  set +m
  asides[$1]=$!
}

# join NAME: waits for a command started aside, which meanwhile has the machine to itself, and shows its
# output.
join() {
  local code=0 pid=${asides[$1]}
  wait "$pid" || code=$?
  unset "asides[$1]"
  cat "$scratch/$1.log"
  return "$code"
}

# Does every step, even if another one fails.
clean_up() {
  set +e
  for pid in "${asides[@]}"; do kill -- "-$pid" 2>/dev/null && wait "$pid" 2>/dev/null; done
  node bin/lab.js clean >/dev/null 2>&1
  "$cluster/down" >/dev/null 2>&1
  rm -rf "$scratch"
}

print_stages() {
  say 'seconds of each stage'
  printf '%s\n' "${stages[@]}"
  printf '%6d  %s\n\n' "$SECONDS" 'all'
}

# left_to_root REPORT: the test files in which an ordinary user had to skip a test, and those about limits,
# processes and faults, because root has different control groups.
left_to_root() {
  node -e '
    const { testResults } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    const paths = testResults.map(({ name, assertionResults }) => [name.split("/clone/").at(-1), assertionResults]);
    const isLeft = ([path, tests]) => /^test\/(engine|faults)\//.test(path) || tests.some(({ status }) => status === "pending");
    console.log(paths.filter(isLeft).map(([path]) => path).join(" "));
  ' "$1"
}

# as_user COMMAND...: runs a command as an ordinary user in that user's copy of the clone.
as_user() {
  (cd "$scratch/clone" && env -i PATH="$PATH" HOME="$scratch/home" TMPDIR="$scratch/tmp" CI=true \
    setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@")
}

# packages NAME...: installs the missing Debian packages without starting any service.
packages() (
  missing=$(for p in "$@"; do dpkg -s "$p" >/dev/null 2>&1 || echo "$p"; done)
  [ -n "$missing" ] || exit 0
  policy=/usr/sbin/policy-rc.d
  [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && trap "rm -f $policy" EXIT; }
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
)

# Starts the cluster from nothing once more if that failed: containerd sometimes loses a part of an image that it
# loads while it starts. This prepares the tests and checks nothing itself.
cluster_up() {
  KUBECONFIG=$("$cluster/up" --addons) || { "$cluster/down" && KUBECONFIG=$("$cluster/up" --addons); } || return 1
  export KUBECONFIG
}
