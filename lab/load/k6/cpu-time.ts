import { readFileSync } from 'node:fs';

/** Linux reports process times in 1/100 s (USER_HZ) on every architecture. */
const MS_PER_TICK = 10;

/** CPU time of a process so far, ms; 0 if /proc cannot be read. */
export function cpuTimeMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // from field 3; the name may have spaces
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
  } catch {
    return 0;
  }
}
