import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { blindJudgements, judgements } from './matrix';
import { alikeTable, matrixReport } from './table';

/** Writes the tables into docs/diagnosis.md, each between its two marks: `npm run confusion`. */
const PAGE = resolve(__dirname, '../../docs/diagnosis.md');

const TABLES = {
  alike: alikeTable(),
  matrix: matrixReport(judgements(), blindJudgements()),
};

const page = Object.entries(TABLES).reduce(
  (text, [mark, table]) =>
    text.replace(
      new RegExp(`(<!-- ${mark} -->\\n).*(<!-- /${mark} -->)`, 's'),
      (_, open: string, close: string) => `${open}\n${table}\n\n${close}`,
    ),
  readFileSync(PAGE, 'utf8'),
);
writeFileSync(PAGE, page);
