import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { blindJudgements, judgements } from './matrix';
import { matrixReport } from './table';

/** Writes the matrix into docs/diagnosis.md between its two marks: `npm run confusion`. */
const PAGE = resolve(__dirname, '../../docs/diagnosis.md');

const report = matrixReport(judgements(), blindJudgements());
const page = readFileSync(PAGE, 'utf8');
writeFileSync(
  PAGE,
  page.replace(
    /(<!-- matrix -->\n).*(<!-- \/matrix -->)/s,
    (_, open: string, close: string) => `${open}\n${report}\n\n${close}`,
  ),
);
