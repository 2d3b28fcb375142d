/** How to get better limits, by obstacle. Commands can be copied as they are. */
export const ADVICE = {
  container:
    'Let the container run as root and write to its cgroup: docker run --security-opt writable-cgroups=true ' +
    '(Docker 28), podman run --security-opt unmask=/sys/fs/cgroup, or else --privileged --cgroupns=private.',
  containerV1: 'Let the container run as root and write to its cgroup: docker run --privileged.',
  unified: 'Boot the host with the kernel parameter systemd.unified_cgroup_hierarchy=1.',
  memory: 'Boot with the kernel parameter cgroup_enable=memory (on a Raspberry Pi in cmdline.txt).',
  threaded: 'Start the lab in a cgroup whose cgroup.type is "domain", e.g. systemd-run --scope npx lab run …',
  root: 'Run as root: sudo npx lab …',
  mount: 'Mount cgroup v2: sudo mount -t cgroup2 cgroup2 /sys/fs/cgroup.',
  onV2: 'This host has cgroup v2 instead. See the hint for cgroup-v2.',
  userSession:
    'Log in on the console or with ssh, not with su or sudo. Or run: sudo loginctl enable-linger $USER && ' +
    'export XDG_RUNTIME_DIR=/run/user/$(id -u)',
  noSystemd: 'This mode needs systemd. Without systemd, have a cgroup v2 delegated to you.',
  userDelegation:
    'sudo mkdir -p /etc/systemd/system/user@.service.d && ' +
    "printf '[Service]\\nDelegate=cpu memory pids\\n' | sudo tee /etc/systemd/system/user@.service.d/delegate.conf && " +
    'sudo systemctl daemon-reload, then log in again.',
} as const;

/**
 * For root, if the root cgroup does not enable the controllers for its children, as on hosts without systemd.
 */
export function giveControllers(mount: string): string {
  return `echo "+cpu +memory" | sudo tee ${mount}/cgroup.subtree_control`;
}

/** For an ordinary user without systemd. */
export function delegate(mount: string): string {
  const own = `${mount}/lab`;
  return (
    `Run as root: sudo npx lab … Or have a cgroup delegated to you: ${giveControllers(mount)} && ` +
    `sudo mkdir ${own} && sudo chown $USER ${own} ${own}/cgroup.procs ${own}/cgroup.subtree_control && ` +
    `echo $$ | sudo tee ${own}/cgroup.procs`
  );
}
