import { spawn } from 'node:child_process';
import { Members } from '../../../lab/engine/local/limits/emulation/members';
import { eventually } from '../../support/eventually';
import { exitOf } from './helpers';

const FAMILY = `
  const { spawn } = require('node:child_process');
  spawn(process.execPath, ['-e', 'for (;;);'], { detached: true, stdio: 'ignore' });
  setInterval(() => 0, 1e6);`;

describe.each([
  { clock: 'schedstat', listsChildren: true } as const,
  { clock: 'stat', listsChildren: false } as const,
])('the processes of a cage, by a /proc with %p', (features) => {
  test('can be found with all their children, measured, stopped, continued and killed', async () => {
    const members = new Members(features);
    const child = spawn(process.execPath, ['-e', FAMILY], { stdio: 'ignore', detached: true });
    members.add(child.pid as number);
    await eventually('the child is found', () => members.scan().length > 0 || members.size === 2);
    await eventually('its CPU time is counted', () => members.takeCpuMs(true) > 5);
    expect(members.memoryBytes().own).toBeGreaterThan(2 ** 20);

    members.signal('SIGSTOP');
    await eventually('it stands still', () => members.takeCpuMs(true) === 0);
    members.signal('SIGCONT');
    await eventually('it goes on', () => members.takeCpuMs(true) > 5);

    members.kill();
    expect(await exitOf(child)).toEqual({ code: null, signal: 'SIGKILL' });
    await eventually('all have ended', () => members.ended);
  });
});
