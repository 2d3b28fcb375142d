import Papa from 'papaparse';

const { parse, unparse, BAD_DELIMITERS, RECORD_SEP, UNIT_SEP, WORKERS_SUPPORTED } = Papa;

/** jslib.k6.io/papaparse: CSV, from and to text. */
export const papaparseModule = { parse, unparse, BAD_DELIMITERS, RECORD_SEP, UNIT_SEP, WORKERS_SUPPORTED };
