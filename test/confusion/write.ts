import { resolve } from 'node:path';
import { writeBetweenMarks } from './markdown';
import { blindJudgements, judgements } from './matrix';
import { alikeTable, matrixReport } from './table';

/** Writes the tables into docs/diagnosis.md: `npm run confusion`. */
writeBetweenMarks(resolve(__dirname, '../../docs/diagnosis.md'), {
  alike: alikeTable(),
  matrix: matrixReport(judgements(), blindJudgements()),
});
