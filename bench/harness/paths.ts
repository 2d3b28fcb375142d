import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '../..');
/** The product as users get it: compiled. */
export const BUILD = join(ROOT, 'build');
export const PROGRAMS = join(ROOT, 'bench/programs');
export const SCRIPTS = join(ROOT, 'bench/scripts');
