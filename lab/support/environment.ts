/** How the program that opens the page finds your screen, your desktop and your browser, each with the reason. */
const DESKTOP = {
  DISPLAY: 'your screen',
  WAYLAND_DISPLAY: 'your screen',
  XAUTHORITY: 'the right to use it',
  XDG_CURRENT_DESKTOP: 'which desktop it is',
  XDG_SESSION_TYPE: 'which desktop it is',
  DESKTOP_SESSION: 'which desktop it is',
  KDE_FULL_SESSION: 'which desktop it is',
  KDE_SESSION_VERSION: 'which desktop it is',
  BROWSER: 'the browser that you have chosen',
  XDG_CONFIG_HOME: 'the browser that you have chosen',
  XDG_CONFIG_DIRS: 'the browser that you have chosen',
  XDG_DATA_HOME: 'where its description is',
  XDG_DATA_DIRS: 'where its description is',
  SystemRoot: 'Windows itself',
  USERPROFILE: 'the home folder on Windows',
  APPDATA: 'settings on Windows',
  LOCALAPPDATA: 'settings on Windows',
} as const satisfies Record<string, string>;

/**
 * The variables of the user's environment that the lab passes to programs of others, each with the reason.
 * Everything else stays behind, because it may change what is measured: `K6_VUS`, `LD_PRELOAD`, `PGOPTIONS` …
 *
 * The lab's own processes (the embedded generator, the reaper, the runs of `--jobs`) get the lab's whole
 * environment, so `NODE_OPTIONS` can give all of them a larger heap.
 */
export const PASSED = {
  PATH: 'programs are found on it',
  HOME: 'some installations of k6 find themselves by it, and a browser its settings',
  TMPDIR: 'temporary files go where you want them',
  SSL_CERT_FILE: 'certificates of hosts that you allowed as targets',
  SSL_CERT_DIR: 'the same',
  XDG_RUNTIME_DIR: 'systemd-run finds your systemd by it, and the desktop is found by it',
  DBUS_SESSION_BUS_ADDRESS: 'the same',
  ...DESKTOP,
} as const satisfies Record<string, string>;

type Passed = keyof typeof PASSED;

/** What it takes to open the page in the browser. */
export const FOR_THE_BROWSER: readonly Passed[] = [
  'PATH',
  'HOME',
  'TMPDIR',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
  ...(Object.keys(DESKTOP) as (keyof typeof DESKTOP)[]),
];

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
