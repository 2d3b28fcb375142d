import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { Progress } from '../../lab/cli/progress';
import { hanging } from '../../lab/report/layout';
import { requires } from '../support/requirements';
import { compileOnce, LAB, lab, RECORDING, scratch } from './lab';

const folder = scratch();
compileOnce();

/** Runs a command on a real terminal of this width and returns its output. */
function onTerminal(columns: number, args: string[]): string {
  const command = ['stty', 'cols', columns, ';', process.execPath, LAB, ...args].join(' ');
  const { status, stdout } = spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout;
}

/** The lines longer than this width that could have been broken. */
function tooLong(text: string, columns: number): string[] {
  return stripVTControlCharacters(text)
    .split(/\r?\n/)
    .filter((line) => line.length > columns && /\S\s+\S/.test(line));
}

requires('terminal')('on a terminal', () => {
  it.each([
    [40, 'list'],
    [40, 'doctor'],
    [200, 'list'],
  ])(
    'with %i columns, no line of `lab %s` is longer, except for words that cannot be broken',
    (columns, command) => {
      const text = onTerminal(columns, [command]);
      expect(text.length).toBeGreaterThan(200);
      expect(tooLong(text, columns)).toEqual([]);
    },
  );

  it('with 40 columns, no line of a report is longer, and the words are the same as with 200', () => {
    const [narrow = '', wide = ''] = [40, 200].map((columns) => onTerminal(columns, ['report', RECORDING]));
    expect(tooLong(narrow, 40)).toEqual([]);
    expect(tooLong(wide, 200)).toEqual([]);
    const [some, same] = [narrow, wide].map((text) => stripVTControlCharacters(text).split(/\s+/));
    expect(some!.length).toBeGreaterThan(100);
    expect(some).toEqual(same);
  });

  it('a report written to a file keeps its full width and has no colours', () => {
    const file = join(folder, 'report.txt');
    onTerminal(40, ['report', RECORDING, '--out', file]);
    expect(`${readFileSync(file, 'utf8')}\n`).toBe(lab(['report', RECORDING]).stdout);
  });
});

it.each(['list', 'doctor', `report ${RECORDING}`, '--help'])(
  '`lab %s` writes no control characters without a terminal',
  (command) => {
    const { stdout, stderr } = lab(command.split(' '));
    expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]/u);
  },
);

describe('the progress of a run', () => {
  const shownOn = (columns: number | undefined): string => {
    let text = '';
    const out = { isTTY: columns !== undefined, columns, write: (piece: string) => (text += piece) };
    const { listen } = new Progress(
      { title: 'a title of several words that are too many for it' },
      out as unknown as NodeJS.WriteStream,
    );
    listen({ type: 'phase', t: 0, name: 'load' });
    const message = 'Back-off 10s restarting failed container backend in pod backend-0';
    listen({ type: 'pod', t: 1000, pod: 'backend-0', app: 'backend', reason: 'BackOff', message });
    for (let t = 1000; t < 12_000; t += 1000) {
      listen({ type: 'host', t, cores: 2, busy: 0, steal: 0, labDelayMs: 0 });
    }
    listen({ type: 'end', t: 12_000, reason: 'completed' });
    return text;
  };

  it('stays within the width of the terminal', () => {
    // One line is rewritten in place; other lines are printed between its versions.
    const lines = shownOn(40).replaceAll('\u001b[1G', '\n');
    expect(lines).toContain('offered -');
    expect(tooLong(lines, 40)).toEqual([]);
  });

  it('contains no control characters without a terminal', () => {
    expect(shownOn(undefined)).not.toMatch(/[^\P{Cc}\n]/u);
    expect(shownOn(undefined)).toContain('Back-off 10s restarting failed container backend in pod backend-0');
  });
});

test('a text follows its lead on the same line if there is room, otherwise below it', () => {
  expect(hanging('name  ', 'some words to say', 100)).toEqual(['name  some words to say']);
  expect(hanging('name  ', 'words '.repeat(9).trim(), 36)).toEqual([
    'name  words words words words words',
    '      words words words words',
  ]);
  expect(hanging('a long name     ', 'words to say below', 24)).toEqual([
    'a long name',
    '    words to say below',
  ]);
  expect(hanging('', 'unbreakable', 4)).toEqual(['unbreakable']);
});

describe('a reader that closes the pipe', () => {
  /** Runs a command whose output streams break as soon as it writes. */
  async function unread(streams: ('stdout' | 'stderr')[], args: string[]) {
    const child = spawn(process.execPath, [LAB, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of streams) child[stream].destroy();
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'exit')) as [number | null];
    return { code, said };
  }

  it.each([
    [0, 'list'],
    [0, `report ${RECORDING}`],
    [2, 'report nowhere'],
  ])('does not change the exit code %i and causes no message (lab %s)', async (code, command) => {
    const args = command.split(' ');
    expect(await unread(['stdout', 'stderr'], args)).toEqual({ code, said: '' });
    const { said, ...ended } = await unread(['stdout'], args);
    expect(ended).toEqual({ code });
    expect(said).not.toMatch(/EPIPE|^ +at /m);
  });

  it('has the same effect as streams that are closed from the start', () => {
    const closed = ['sh', '-c', '"$@" >&- 2>&-', 'sh'];
    expect(lab(['list'], { by: closed }).code).toBe(0);
    expect(lab(['report', 'nowhere'], { by: closed }).code).toBe(2);
  });
});

describe('a full disk under the output', () => {
  const onto = (redirection: string) => ['sh', '-c', `"$@" ${redirection}`, 'sh'];

  it.each(['list', '--help', `report ${RECORDING}`, `diagnose ${RECORDING}`, `report ${RECORDING} -o json`])(
    'ends `lab %s` with a message and exit code 4',
    (command) => {
      const { code, stderr } = lab(command.split(' '), { by: onto('>/dev/full') });
      expect(stderr).toMatch(/^lab: Cannot write the output: ENOSPC: .*\n +Free some space/);
      expect(stderr).not.toMatch(/^ +at /m);
      expect(code).toBe(4);
    },
  );

  it('does not change the exit code if only messages are lost', () => {
    expect(lab(['report', 'nowhere'], { by: onto('2>/dev/full') }).code).toBe(2);
    expect(lab(['list'], { by: onto('2>/dev/full') }).code).toBe(0);
  });
});
