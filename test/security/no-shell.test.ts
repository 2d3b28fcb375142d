import { ESLint } from 'eslint';
// @ts-expect-error -- plain JavaScript
import config from '../../eslint.config.js';

const eslint = new ESLint({ overrideConfigFile: true, overrideConfig: config });

async function complaints(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: file });
  return result!.messages
    .map(({ ruleId, message }) => `${ruleId} ${message}`)
    .filter((text) => /no-shell|no-restricted|eval|new-func/.test(text));
}

describe('product code cannot pass a text to a shell', () => {
  test.each([
    ['exec', `import { exec } from 'node:child_process'; exec('ls');`],
    ['execSync without the node: prefix', `import { execSync as run } from 'child_process'; run('ls');`],
    ['everything of the module', `import * as processes from 'node:child_process'; processes.exec('ls');`],
    ['the module as default', `import processes from 'node:child_process'; processes.exec('ls');`],
    ['the module by dynamic import', `void import('node:child_process').then((it) => it.exec('ls'));`],
    ['a shell by option', `import { spawn } from 'node:child_process'; spawn('ls', { shell: true });`],
    [
      'a shell by a quoted option',
      `import { spawn } from 'node:child_process'; spawn('ls', { 'shell': '/bin/sh' });`,
    ],
    [
      'a shell by a shorthand property',
      `import { spawn } from 'node:child_process'; const shell = true; spawn('ls', { shell });`,
    ],
    ['a shell set later', `const options: { shell?: boolean } = {}; options.shell = true;`],
    [
      'a text with inserted values',
      `import { spawn } from 'node:child_process'; spawn('env', ['sh', '-c', \`ls \${process.argv[2]}\`]);`,
    ],
    ['a text put together', `const command = ['/bin/bash', '-c', 'ls ' + process.argv[2]]; void command;`],
    ['eval', `eval('1');`],
    ['a function of a text', `void new Function('return 1');`],
  ])('%s', async (_what, code) => {
    expect(await complaints('lab/cli/sample.ts', code)).not.toEqual([]);
  });

  test.each([
    ['exec', `const { exec } = require('node:child_process'); exec('ls');`],
    ['the module', `const processes = require('child_process'); processes.execSync('ls');`],
    ['execSync directly', `require('child_process').execSync('ls');`],
  ])('not even with require: %s', async (_what, code) => {
    expect(await complaints('bin/sample.js', code)).not.toEqual([]);
  });

  test('programs with their arguments as a list, regular expressions and constant shell programs are allowed', async () => {
    const code = `
      import { execFile, spawn } from 'node:child_process';
      execFile('ls', [\`\${process.argv[2]}\`], () => undefined);
      spawn('/bin/sh', ['-c', 'exec "$0" "$@"', 'ls', String(process.argv[2])]);
      export const found = /a/.exec('a');
      export const settings = ['postgres', '-c', \`port=\${process.argv[3]}\`];`;
    expect(await complaints('lab/cli/sample.ts', code)).toEqual([]);
  });
});
