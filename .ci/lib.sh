# shellcheck shell=bash
# What .ci/run is written in. It is sourced there, and uses its variables.

say() { printf '\n=== %s (%d s)\n' "$*" "$SECONDS"; }

# timed NAME COMMAND...: notes for the table at the end how long a stage took.
timed() {
  local began=$SECONDS code=0
  say "$1"
  "${@:2}" || code=$?
  stages+=("$(printf '%6d  %s' $((SECONDS - began)) "$1")")
  return "$code"
}

# step NAME COMMAND...: one check that counts as one test.
step() {
  if timed "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}

# suite NAME COMMAND...: a jest run (npm run … --) whose tests are counted one by one from its report.
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

# aside NAME COMMAND...: begins something that has only the CPU that nothing else wants, until it is joined.
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

# join NAME: waits for what was begun aside, gives it all of the machine meanwhile, and shows what it said.
join() {
  local code=0 pid=${asides[$1]}
  wait "$pid" || code=$?
  unset "asides[$1]"
  cat "$scratch/$1.log"
  return "$code"
}

# Whatever of it fails, the rest is done.
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

# left_to_root REPORT: the test files in which an ordinary user had to skip something, and those about limits,
# processes and faults, for which root's control groups are others than his.
left_to_root() {
  node -e '
    const { testResults } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    const paths = testResults.map(({ name, assertionResults }) => [name.split("/clone/").at(-1), assertionResults]);
    const isLeft = ([path, tests]) => /^test\/(engine|faults)\//.test(path) || tests.some(({ status }) => status === "pending");
    console.log(paths.filter(isLeft).map(([path]) => path).join(" "));
  ' "$1"
}

# as_user COMMAND...: as an ordinary user, in a copy of the clone that is his own.
as_user() {
  (cd "$scratch/clone" && env -i PATH="$PATH" HOME="$scratch/home" TMPDIR="$scratch/tmp" CI=true \
    setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@")
}

# packages NAME...: Debian packages that are not there yet; none of them may start a service.
packages() (
  missing=$(for p in "$@"; do dpkg -s "$p" >/dev/null 2>&1 || echo "$p"; done)
  [ -n "$missing" ] || exit 0
  policy=/usr/sbin/policy-rc.d
  [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && trap "rm -f $policy" EXIT; }
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
)

cluster_up() {
  KUBECONFIG=$("$cluster/up" --addons) && export KUBECONFIG
}
