import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { judgements } from './matrix';
import { matrixTable } from './table';

/** Writes the matrix into docs/diagnosis.md between its two marks: `npm run confusion`. */
const PAGE = resolve(__dirname, '../../docs/diagnosis.md');

const page = readFileSync(PAGE, 'utf8');
writeFileSync(
  PAGE,
  page.replace(
    /(<!-- matrix -->\n).*(<!-- \/matrix -->)/s,
    (_, open: string, close: string) => `${open}\n${matrixTable(judgements())}\n\n${close}`,
  ),
);
