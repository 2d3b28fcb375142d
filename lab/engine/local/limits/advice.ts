/** How to get better limits, by what stands in the way: commands that can be typed. */
export const ADVICE = {
  container:
    'Let the container write to its cgroup and be root in it: docker run --security-opt writable-cgroups=true ' +
    '(Docker 28), podman run --security-opt unmask=/sys/fs/cgroup, or else --privileged --cgroupns=private.',
  containerV1: 'Let the container write to its cgroup and be root in it: docker run --privileged.',
  unified: 'Boot the host with the kernel parameter systemd.unified_cgroup_hierarchy=1.',
  memory: 'Boot with the kernel parameter cgroup_enable=memory (on a Raspberry Pi in cmdline.txt).',
  threaded: 'Start the lab in a cgroup whose cgroup.type is "domain", e.g. systemd-run --scope npx lab run …',
  root: 'Run as root: sudo npx lab …',
  mount: 'Mount them: sudo mount -t cgroup2 cgroup2 /sys/fs/cgroup.',
  onV2: 'This host has cgroup v2 instead: see there.',
  userSession:
    'Log in by console or ssh instead of su or sudo; or: sudo loginctl enable-linger $USER && ' +
    'export XDG_RUNTIME_DIR=/run/user/$(id -u)',
  noSystemd: 'Needs systemd; without it have a cgroup v2 delegated to you.',
  userDelegation:
    'sudo mkdir -p /etc/systemd/system/user@.service.d && ' +
    "printf '[Service]\\nDelegate=cpu memory pids\\n' | sudo tee /etc/systemd/system/user@.service.d/delegate.conf && " +
    'sudo systemctl daemon-reload, then log in again.',
} as const;

/** For root where the hierarchy's root gives its children too little, as without systemd. */
export function giveControllers(mount: string): string {
  return `echo "+cpu +memory" | sudo tee ${mount}/cgroup.subtree_control`;
}

/** For an ordinary user without systemd. */
export function delegate(mount: string): string {
  const own = `${mount}/lab`;
  return (
    `Run as root: sudo npx lab …; or have a cgroup delegated to you: ${giveControllers(mount)} && ` +
    `sudo mkdir ${own} && sudo chown $USER ${own} ${own}/cgroup.procs ${own}/cgroup.subtree_control && ` +
    `echo $$ | sudo tee ${own}/cgroup.procs`
  );
}
