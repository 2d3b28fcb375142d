import type { LimitsMode } from '../../../lab/engine/local/limits/modes';
import type { FakeKernelOptions } from './fake-kernel';

type KernelRung = Exclude<LimitsMode, 'emulated'>;

export interface HostFixture {
  kernel: FakeKernelOptions;
  /** The limits mode that a run uses on this host. */
  rung: LimitsMode;
  /** Why a kernel mode cannot be used, and the advice for it. */
  refused: Partial<Record<KernelRung, [reason: RegExp, advice: RegExp]>>;
}

const V2 = '/sys/fs/cgroup';
const V2_MOUNT = `26 25 0:25 / ${V2} rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate`;
const ALL = 'cpuset cpu io memory hugetlb pids';
const DENIED = { writable: () => false };
const DOCKER = /docker run --security-opt writable-cgroups=true.*podman run --security-opt unmask/;
const UNIFIED = /systemd\.unified_cgroup_hierarchy=1/;
const NO_USER_SYSTEMD: [RegExp, RegExp] = [/systemd-run is not installed/, /needs systemd/];
const NO_V1: [RegExp, RegExp] = [/v1 is not mounted for cpu, cpuacct, memory/, /has cgroup v2 instead/];
const ROOT = { has: ALL, gives: ALL, type: 'root' as const };
/** The cgroup root as a container with its own cgroup namespace sees it. */
const container = (flags: string, has = ALL): FakeKernelOptions => ({
  mountinfo: `1095 1090 0:25 / ${V2} ${flags},nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate`,
  self: '0::/\n',
  cgroups: { [V2]: { has } },
});

const V1 = (root: string, flags: string) => ({
  cpu: `40 32 0:35 ${root} ${V2}/cpu,cpuacct ${flags},nosuid,nodev,noexec,relatime shared:18 - cgroup cgroup rw,cpu,cpuacct`,
  memory: `38 32 0:33 ${root} ${V2}/memory ${flags},nosuid,nodev,noexec,relatime shared:16 - cgroup cgroup rw,memory`,
});
const SESSION = '/user.slice/user-1000.slice/session-3.scope';
const HYBRID: FakeKernelOptions = {
  mountinfo: [
    `32 24 0:27 / ${V2} ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,mode=755`,
    `33 32 0:28 / ${V2}/unified rw,nosuid,nodev,noexec,relatime shared:10 - cgroup2 cgroup2 rw,nsdelegate`,
    `34 32 0:29 / ${V2}/systemd rw,nosuid,nodev,noexec,relatime shared:11 - cgroup cgroup rw,xattr,name=systemd`,
    V1('/', 'rw').memory,
    V1('/', 'rw').cpu,
  ].join('\n'),
  self: `12:memory:${SESSION}\n5:cpu,cpuacct:/user.slice\n1:name=systemd:${SESSION}\n0::${SESSION}\n`,
  cgroups: {
    [`${V2}/unified`]: { type: 'root' },
    [`${V2}/unified${SESSION}`]: {},
    [`${V2}/memory${SESSION}`]: {},
    [`${V2}/cpu,cpuacct/user.slice`]: {},
  },
};
const DOCKER_V1 = (flags: string): FakeKernelOptions => ({
  mountinfo: [
    `1200 1195 0:60 / ${V2} rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,mode=755`,
    V1('/docker/4f1a', flags).memory,
    V1('/docker/4f1a', flags).cpu,
  ].join('\n'),
  self: '12:memory:/docker/4f1a\n5:cpu,cpuacct:/docker/4f1a\n0::/system.slice/containerd.service\n',
  cgroups: { [`${V2}/memory`]: {}, [`${V2}/cpu,cpuacct`]: {} },
});

/**
 * Hosts as the lab sees them. docs/hosts.md says which of them its virtual machine recorded.
 */
export const HOSTS: Record<string, HostFixture> = {
  'v2, root, systemd': {
    kernel: {
      mountinfo: V2_MOUNT,
      self: '0::/user.slice/user-0.slice/session-1.scope\n',
      cgroups: {
        [V2]: ROOT,
        [`${V2}/user.slice`]: { has: ALL, gives: 'memory pids' },
        [`${V2}/user.slice/user-0.slice`]: { has: 'memory pids', gives: 'memory pids' },
        [`${V2}/user.slice/user-0.slice/session-1.scope`]: { has: 'memory pids' },
      },
    },
    rung: 'cgroup-v2',
    refused: { 'systemd-scope': NO_USER_SYSTEMD, 'cgroup-v1': NO_V1 },
  },
  'v2, an ordinary user, no systemd': {
    kernel: {
      mountinfo: V2_MOUNT,
      self: '0::/openrc.sshd\n',
      cgroups: { [V2]: ROOT, [`${V2}/openrc.sshd`]: { has: ALL } },
      ...DENIED,
    },
    rung: 'emulated',
    refused: {
      'cgroup-v2': [/EACCES/, /sudo npx lab.*subtree_control && sudo mkdir .*chown .*cgroup\.procs/],
      'systemd-scope': NO_USER_SYSTEMD,
      'cgroup-v1': NO_V1,
    },
  },
  'v2, root, nobody gives controllers (no systemd)': {
    kernel: { mountinfo: V2_MOUNT, self: '0::/\n', cgroups: { [V2]: { has: ALL, type: 'root' } } },
    rung: 'emulated',
    refused: {
      'cgroup-v2': [
        /subtree_control lacks cpu and memory: it holds ""; .* is the machine's root cgroup/,
        /^echo "\+cpu \+memory" \| sudo tee \/sys\/fs\/cgroup\/cgroup\.subtree_control$/,
      ],
    },
  },
  'v2, an ordinary user whose shell is in the root of a subtree delegated to him': {
    kernel: {
      mountinfo: V2_MOUNT,
      self: '0::/lab\n',
      cgroups: { [V2]: ROOT, [`${V2}/lab`]: { has: ALL } },
      writable: (directory) => directory.startsWith(`${V2}/lab`),
      beside: [process.ppid],
    },
    rung: 'cgroup-v2',
    refused: { 'cgroup-v1': NO_V1 },
  },
  'v2, a subtree to which only cpu is delegated': {
    kernel: {
      mountinfo: V2_MOUNT,
      self: '0::/lab\n',
      cgroups: { [V2]: { ...ROOT, gives: 'cpu' }, [`${V2}/lab`]: { has: 'cpu' } },
      writable: (directory) => directory.startsWith(`${V2}/lab`),
    },
    rung: 'emulated',
    refused: {
      'cgroup-v2': [/lab\/cgroup\.controllers lacks memory: it holds "cpu"/, /echo "\+cpu \+memory"/],
    },
  },
  'v2, a container that may write to its cgroup': {
    kernel: { ...container('rw'), beside: [process.ppid] },
    rung: 'cgroup-v2',
    refused: { 'cgroup-v1': NO_V1 },
  },
  'v2, a container beside processes of another pid namespace': {
    kernel: { ...container('rw'), beside: [0] },
    rung: 'emulated',
    refused: { 'cgroup-v2': [/holds processes of another pid namespace/, DOCKER] },
  },
  'v2, a container without rights to its cgroup': {
    kernel: container('ro'),
    rung: 'emulated',
    refused: {
      'cgroup-v2': [/: \/sys\/fs\/cgroup is mounted read-only$/, DOCKER],
      'systemd-scope': [/read-only/, DOCKER],
      'cgroup-v1': NO_V1,
    },
  },
  'v2, a container that may write, but with an ordinary user in it': {
    kernel: { ...container('rw'), ...DENIED },
    rung: 'emulated',
    refused: { 'cgroup-v2': [/EACCES/, DOCKER] },
  },
  'v2, a container to which only cpu is given': {
    kernel: container('rw', 'cpu pids'),
    rung: 'emulated',
    refused: { 'cgroup-v2': [/lacks memory: it holds "cpu pids"/, DOCKER] },
  },
  'v2, a container in which a writable mount lies over the read-only one': {
    kernel: {
      ...container('ro'),
      mountinfo: `${container('ro').mountinfo}\n${container('rw').mountinfo}`,
    },
    rung: 'cgroup-v2',
    refused: {},
  },
  'v2, a cgroup namespace that was entered from outside': {
    kernel: {
      mountinfo: V2_MOUNT.replace(' / /sys', ' /../.. /sys'),
      self: '0::/\n',
      cgroups: { [V2]: ROOT },
    },
    rung: 'emulated',
    refused: {
      'cgroup-v2': [/in the cgroup \/, but .* shows only cgroups below \/\.\.\/\.\./, /mount the cgroups/],
      'cgroup-v1': NO_V1,
    },
  },
  'v2, a process outside of its cgroup namespace': {
    kernel: { ...container('rw'), self: '0::/../init.scope\n' },
    rung: 'emulated',
    refused: { 'cgroup-v2': [/in the cgroup \/\.\.\/init\.scope/, /mount the cgroups/] },
  },
  'v2, a threaded cgroup': {
    kernel: {
      mountinfo: V2_MOUNT,
      self: '0::/lab/threads\n',
      cgroups: {
        [V2]: ROOT,
        [`${V2}/lab`]: { has: ALL, gives: 'cpu', type: 'domain threaded' },
        [`${V2}/lab/threads`]: { has: 'cpu', type: 'threaded' },
      },
      writable: (directory) => directory.startsWith(`${V2}/lab`),
    },
    rung: 'emulated',
    refused: {
      'cgroup-v2': [/its type is "threaded", in which memory cannot be limited/, /cgroup\.type is "domain"/],
    },
  },
  'v2, the lab beside threads, in the root of a threaded subtree': {
    kernel: {
      mountinfo: V2_MOUNT,
      self: '0::/lab\n',
      cgroups: { [V2]: ROOT, [`${V2}/lab`]: { has: ALL, gives: 'cpu', type: 'domain threaded' } },
      writable: (directory) => directory.startsWith(`${V2}/lab`),
    },
    rung: 'emulated',
    refused: {
      'cgroup-v2': [/"domain threaded", in which memory cannot be limited/, /cgroup\.type is "domain"/],
    },
  },
  'v2, a kernel without memory limits (Raspberry Pi OS)': {
    kernel: {
      mountinfo: V2_MOUNT,
      self: `0::${SESSION}\n`,
      cgroups: {
        [V2]: { has: 'cpuset cpu io pids', gives: 'cpuset cpu io pids', type: 'root' },
        [`${V2}${SESSION}`]: { has: 'pids' },
      },
    },
    rung: 'emulated',
    refused: { 'cgroup-v2': [/the kernel offers no memory limits/, /cgroup_enable=memory.*cmdline\.txt/] },
  },
  'hybrid, root': {
    kernel: HYBRID,
    rung: 'cgroup-v1',
    refused: {
      'cgroup-v2': [/unified cannot limit cpu and memory: this host uses cgroup v1 for that/, UNIFIED],
      'systemd-scope': [/unified cannot limit cpu and memory/, UNIFIED],
    },
  },
  'hybrid, an ordinary user': {
    kernel: { ...HYBRID, ...DENIED },
    rung: 'emulated',
    refused: { 'cgroup-v2': [/uses cgroup v1 for that/, UNIFIED], 'cgroup-v1': [/EACCES/, /sudo npx lab/] },
  },
  'hybrid, memory with v2 and the rest with v1': {
    kernel: {
      mountinfo: [V2_MOUNT.replace(V2, `${V2}/unified`), V1('/', 'rw').cpu].join('\n'),
      self: '5:cpu,cpuacct:/\n0::/\n',
      cgroups: { [`${V2}/unified`]: { has: 'memory', type: 'root' }, [`${V2}/cpu,cpuacct`]: {} },
    },
    rung: 'emulated',
    refused: {
      'cgroup-v2': [/cannot limit cpu: this host uses cgroup v1 for that/, UNIFIED],
      'cgroup-v1': [/v1 is not mounted for memory/, UNIFIED],
    },
  },
  'v1, a container without rights to its cgroup': {
    kernel: DOCKER_V1('ro'),
    rung: 'emulated',
    refused: {
      'cgroup-v2': [/v2 is not mounted/, UNIFIED],
      'cgroup-v1': [/is mounted read-only/, /docker run --privileged/],
    },
  },
  'v1, a privileged container': {
    kernel: DOCKER_V1('rw'),
    rung: 'cgroup-v1',
    refused: { 'cgroup-v2': [/v2 is not mounted/, UNIFIED] },
  },
  'v1, a kernel without memory limits': {
    kernel: {
      mountinfo: V1('/', 'rw').cpu,
      self: '5:cpu,cpuacct:/\n',
      cgroups: { [`${V2}/cpu,cpuacct`]: {} },
    },
    rung: 'emulated',
    refused: { 'cgroup-v1': [/v1 is not mounted for memory/, /cgroup_enable=memory/] },
  },
  'no cgroups mounted': {
    kernel: { mountinfo: '21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw', self: '0::/\n', cgroups: {} },
    rung: 'emulated',
    refused: {
      'cgroup-v2': [/v2 is not mounted/, /mount -t cgroup2 cgroup2 \/sys\/fs\/cgroup/],
      'cgroup-v1': [/v1 is not mounted/, /mount -t cgroup2/],
    },
  },
};
