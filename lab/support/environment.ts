/**
 * The variables of the user's environment that the lab passes to programs of others, each with the reason.
 * Everything else stays behind, because it may change what is measured: `K6_VUS`, `LD_PRELOAD`, `PGOPTIONS` …
 *
 * The lab's own processes (the embedded generator, the reaper, the runs of `--jobs`) get the lab's whole
 * environment, so `NODE_OPTIONS` can give all of them a larger heap.
 */
export const PASSED = {
  PATH: 'programs are found on it',
  HOME: 'some installations of k6 find themselves by it',
  TMPDIR: 'temporary files go where you want them',
  SSL_CERT_FILE: 'certificates of hosts that you allowed as targets',
  SSL_CERT_DIR: 'the same',
  XDG_RUNTIME_DIR: 'systemd-run finds your systemd by it',
  DBUS_SESSION_BUS_ADDRESS: 'the same',
} as const satisfies Record<string, string>;

/** The named variables, if they are set. */
export function passed(...names: (keyof typeof PASSED)[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Calls a function that must not see variables with this prefix, and that does its work at once. */
export function hidingVariables<T>(prefix: string, call: () => T): T {
  const hidden = Object.entries(process.env).filter(([name]) => name.startsWith(prefix));
  for (const [name] of hidden) delete process.env[name];
  try {
    return call();
  } finally {
    Object.assign(process.env, Object.fromEntries(hidden));
  }
}
