import type { LimitsInfo } from '../../../model/events';
import type { Files } from '../lifetime/files';
import type { Lifetime } from '../lifetime/lifetime';
import { ADVICE } from './advice';
import { CgroupLimiter, type Hierarchy } from './cgroup-limiter';
import { openCgroupV1 } from './cgroup-v1';
import { openCgroupV2 } from './cgroup-v2';
import { EmulatedLimiter } from './emulation/limiter';
import type { Limiter } from './limits';
import { openSystemdScope } from './systemd-scope';

export type LimitsMode = Exclude<LimitsInfo['rung'], 'kubelet'>;

interface ModeOpener {
  label: string;
  /** How to make an unusable mode usable, if the error has no hint of its own. */
  hint: string;
  open(info: LimitsInfo, lifetime: Lifetime, files: Files): Promise<Limiter>;
}

const byCgroups =
  (open: (lifetime: Lifetime, files: Files) => Promise<Hierarchy>): ModeOpener['open'] =>
  async (info, lifetime, files) =>
    new CgroupLimiter(info, await open(lifetime, files), lifetime);

/** The limits modes, best first. */
export const MODES: Record<LimitsMode, ModeOpener> = {
  'cgroup-v2': {
    label: 'kernel limits by cgroup v2 (read back after setting)',
    hint: ADVICE.root,
    open: byCgroups(openCgroupV2),
  },
  'systemd-scope': {
    label: 'kernel limits by cgroup v2 in a systemd scope (read back after setting)',
    hint: ADVICE.userDelegation,
    open: byCgroups(openSystemdScope),
  },
  'cgroup-v1': {
    label: 'kernel limits by cgroup v1 (read back after setting)',
    hint: ADVICE.root,
    open: byCgroups(openCgroupV1),
  },
  emulated: {
    label:
      'emulated limits: CPU by stopping processes within each 100 ms period, memory by watching resident size; ' +
      'less exact than the kernel; CPU requests are only recorded',
    hint: 'Run on Linux, or in WSL 2.',
    open: (info, lifetime) => Promise.resolve(new EmulatedLimiter(info, lifetime)),
  },
};

export const LIMITS_MODES = Object.keys(MODES) as LimitsMode[];
