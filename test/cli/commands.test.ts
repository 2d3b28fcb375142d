import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');

/** Loads every command. Only the compiled program can do that. */
const LOAD_ALL = `
  const { COMMANDS } = require(process.argv[1]);
  Promise.all(COMMANDS.map(async ({ name, load }) => ({ listed: name, itself: (await load()).name() }))).then((all) => { console.log(JSON.stringify(all)); process.exit(); });
`;

test("the list shows each command under the command's own name", () => {
  execFileSync(process.execPath, [join(PROJECT, 'bin/lab.js'), '--help']); // compiles if necessary
  const commands = join(PROJECT, 'build/lab/cli/commands/index.js');
  const all = JSON.parse(execFileSync(process.execPath, ['-e', LOAD_ALL, commands], { encoding: 'utf8' }));
  expect(all.length).toBeGreaterThan(5);
  for (const { listed, itself } of all) expect(listed).toEqual(itself);
}, 120_000);
