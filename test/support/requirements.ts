import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { pgbouncerVersion } from '../../lab/engine/local/pgbouncer';

/** The requirements of tests beyond Node: how to detect each, and how to get it. */
const REQUIREMENTS = {
  root: { present: () => process.getuid?.() === 0, how: 'run the tests as root' },
  'cgroup-v1': {
    present: () => writable('/sys/fs/cgroup/memory') && writable('/sys/fs/cgroup/cpu'),
    how: 'run as root on a host with cgroup v1',
  },
  'own mounts': {
    present: () => runs('unshare', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp'),
    how: 'run as root, where the system lets root mount, with unshare (util-linux)',
  },
  terminal: {
    present: () => runs('script', '-qec', 'true', '/dev/null'),
    how: 'install script (util-linux; Debian: bsdutils)',
  },
  k6: { present: () => runs('k6', 'version'), how: 'install k6 and put it on the PATH' },
  pgbouncer: {
    present: () => pgbouncerVersion() !== undefined,
    how: 'install pgbouncer (Debian: apt-get install pgbouncer)',
  },
  helm: { present: () => runs('helm', 'version'), how: 'install helm and put it on the PATH' },
  cluster: {
    present: () => Boolean(process.env.KUBECONFIG) && runs('kubectl', 'get', '--raw', '/readyz'),
    how: 'set KUBECONFIG to a cluster for tests that has the images of the Dockerfile, and put kubectl on the PATH',
  },
  vm: {
    present: () =>
      runs('qemu-system-x86_64', '--version') &&
      runs('busybox', 'true') &&
      existsSync(`${process.env.LAB_VM_KERNEL ?? ''}/lib/modules`),
    how: 'install qemu-system-x86 and busybox-static, run test/hosts/vm/get-kernel FOLDER (Debian) and set LAB_VM_KERNEL=FOLDER',
  },
  kubeconform: {
    present: () => runs('kubeconform', '-v'),
    how: 'install kubeconform and put it on the PATH',
  },
  prometheus: {
    present: () => runs('prometheus', '--version') && runs('promtool', '--version'),
    how: 'install prometheus and promtool (Debian: apt-get install prometheus) and put them on the PATH',
  },
} as const;

export type Requirement = keyof typeof REQUIREMENTS;

/**
 * Returns `describe`, or a version that skips the tests and says what is missing and how to get it.
 * With LAB_REQUIRE_ALL=1 (as in continuous integration) nothing is skipped, and a missing requirement is an error.
 */
export function requires(...needs: Requirement[]): jest.Describe {
  const missing = needs.filter((need) => !REQUIREMENTS[need].present());
  if (missing.length === 0) return describe;
  const reason = missing.map((need) => `${need} is missing: ${REQUIREMENTS[need].how}`).join('; ');
  if (process.env.LAB_REQUIRE_ALL === '1') throw new Error(reason);
  const skipping = (name: Parameters<jest.Describe>[0], body: jest.EmptyFunction) =>
    describe.skip(`${String(name)} [${reason}]`, body);
  return skipping as unknown as jest.Describe;
}

function runs(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
