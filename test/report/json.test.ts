import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Ajv from 'ajv';
import { FORMATS, render } from '../../lab/report/formats';
import { experimentNames } from '../../lab/run/catalogue';
import { judgeRun } from '../../lab/run/judge-run';
import { sampleReport } from './hostile';

const ROOT = resolve(__dirname, '../..');
const schema = JSON.parse(readFileSync(join(ROOT, 'docs/report.schema.json'), 'utf8'));
const validate = new Ajv({ allErrors: true }).compile(schema);
const json = FORMATS.find(({ name }) => name === 'json')!;

describe('the JSON report', () => {
  it('matches its schema for a report with content in every part', () => {
    const reports = JSON.parse(render(json, [sampleReport()]));
    expect(validate(reports) ? [] : validate.errors).toEqual([]);
    expect(reports[0].prediction.right).toBe(1);
  });

  const recorded = [
    'baseline',
    'cpu-stress',
    'memory-stress',
    'cascade-failure',
    'db-pool-exhaust',
    'io-stress',
  ];
  it.each(recorded)('matches its schema for the recording of %s', (name) => {
    expect(experimentNames()).toContain(name);
    const reports = [judgeRun(join(ROOT, 'loadtests', name, 'recordings', 'held'))];
    expect(validate(JSON.parse(render(json, reports))) ? [] : validate.errors).toEqual([]);
  });

  it('does not match its schema if a part is missing', () => {
    const [report] = JSON.parse(render(json, [sampleReport()]));
    for (const part of schema.items.required)
      expect(validate([{ ...report, [part]: undefined }])).toBe(false);
  });
});
