import { resolve } from 'node:path';
import { writeBetweenMarks } from '../markdown';
import { results } from './results';
import { adviceReport } from './table';

/** Writes the table into docs/advice.md: `npm run advice`. */
writeBetweenMarks(resolve(__dirname, '../../../docs/advice.md'), { advice: adviceReport(results()) });
