import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadScript } from '../../../lab/load/embedded/script';
import type { IterationContext, Script, VU } from '../../../lab/load/embedded/vu';
import { context, FakeHost } from './harness';

const folder = mkdtempSync(join(tmpdir(), 'script-'));
let count = 0;

afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a script to a temporary file, which is removed after the tests of this file. */
export function write(source: string, extension: 'js' | 'ts' = 'js'): string {
  const path = join(folder, `script-${++count}.${extension}`);
  writeFileSync(path, source);
  return path;
}

/** A loaded script with one VU. */
export class Loaded {
  readonly vu: VU;

  constructor(
    readonly path: string,
    readonly host: FakeHost,
    readonly script: Script,
  ) {
    this.vu = script.createVU(1);
  }

  iterate(overrides?: Partial<IterationContext>): Promise<void> {
    return this.vu.iterate(context(overrides));
  }

  async close(): Promise<void> {
    await this.vu.close();
    await this.script.close();
  }
}

export async function load(
  source: string,
  options: { env?: Record<string, string>; allowedHosts?: string[] } = {},
) {
  const host = new FakeHost(options.allowedHosts);
  const path = write(source);
  return new Loaded(path, host, await loadScript({ path, env: options.env ?? {}, host }));
}

/** Runs one iteration of a script and returns its log. */
export async function linesOf(source: string, env?: Record<string, string>): Promise<string[]> {
  const loaded = await load(source, { env });
  try {
    await loaded.iterate();
    return loaded.host.lines;
  } finally {
    await loaded.close();
  }
}
