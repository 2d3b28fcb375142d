import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { alertRules, type LabAlert } from '../../lab/monitoring/alerts';
import { PROJECT_ROOT } from '../../lab/support/root';
import { requires } from '../support/requirements';
import { HEALTHY, SICK, STARTED, TAKEN_DOWN, type Series } from './alert-cases';
import { replayed } from './replayed';

const RULES = join(PROJECT_ROOT, 'monitoring', 'alert-rules.yaml');
const rules = (parse(readFileSync(RULES, 'utf8')) as { groups: { rules: LabAlert[] }[] }).groups[0]!.rules;

test('every alert says what happened, why, and where to learn more', () => {
  expect(rules).toEqual(alertRules());
  for (const { annotations, labels } of rules) {
    expect(annotations.summary).toMatch(/\w{4,}/);
    expect(annotations.description.length).toBeGreaterThan(80);
    expect(existsSync(join(PROJECT_ROOT, annotations.runbook))).toBe(true);
    expect(['info', 'warning', 'critical']).toContain(labels.severity);
  }
});

test('every alert has a case in which it fires', () => {
  expect(Object.keys(SICK).sort()).toEqual(rules.map(({ alert }) => alert).sort());
});

requires('prometheus')('in promtool', () => {
  const folder = mkdtempSync(join(tmpdir(), 'backend-under-load-rules-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('the rules are valid', () => {
    expect(execFileSync('promtool', ['check', 'rules', RULES], { encoding: 'utf8' })).toContain(
      `SUCCESS: ${rules.length} rules found`,
    );
  });

  it('no alert fires for a healthy system', () => {
    testRules(HEALTHY, rules.map((rule) => ({ rule, fires: false })));
  });

  it('a less specific cause stays silent when a more specific one explains it', () => {
    const series = { ...HEALTHY, ...SICK.CauseSlowDependency };
    const firing = ['SymptomLatency', 'SymptomSockets', 'CauseSlowDependency'];
    testRules(series, rules.map((rule) => ({ rule, fires: firing.includes(rule.alert) })));
  });

  it.each(Object.entries({ ...TAKEN_DOWN, ...STARTED }))('no alert fires at any time after %s', (_how, series) => {
    const times = Array.from({ length: 24 }, (_, step) => `${5 * (step + 1)}s`);
    testRules({ ...HEALTHY, ...series }, rules.map((rule) => ({ rule, fires: false })), times);
  });

  it.each(rules.map((rule) => [rule.alert, rule] as const))('%s fires for its own failure', (name, rule) => {
    testRules({ ...HEALTHY, ...SICK[name] }, [{ rule, fires: true }]);
  });

  /** Tests two minutes of series, sampled every 5 s. @throws with promtool's list of differences. */
  function testRules(
    series: Series,
    expected: { rule: LabAlert; fires: boolean }[],
    times: string[] = ['2m'],
  ): void {
    const file = join(folder, 'test.yaml');
    const alert_rule_test = expected.flatMap(({ rule, fires }) =>
      times.map((eval_time) => ({
        eval_time,
        alertname: rule.alert,
        exp_alerts: fires ? [{ exp_labels: rule.labels, exp_annotations: rule.annotations }] : [],
      })),
    );
    const input_series = Object.entries(series).map(([name, values]) => ({ series: name, values }));
    const tests = [{ interval: '5s', input_series, alert_rule_test }];
    writeFileSync(file, JSON.stringify({ rule_files: [RULES], evaluation_interval: '5s', tests }));
    execFileSync('promtool', ['test', 'rules', file], { stdio: 'pipe' });
  }
});

requires('prometheus')('on a real Prometheus with the recorded runs', () => {
  const { runs, prometheus } = replayed();

  /** Alerts whose condition was true at some moment of a run while no earlier alert suppressed them. */
  async function trueIn(experiment: string): Promise<string[]> {
    const { recording, base } = runs.find((run) => run.experiment === experiment && run.arm === 'default')!;
    const [from, to] = [base + recording.loadFrom! / 1000, base + recording.until / 1000];
    const times = new Map<string, Set<number>>();
    for (const { alert, expr } of rules) {
      const [condition, , quietBy] = expr.split(/\nunless .*(alertname=~)"(.*)"/);
      // Compressed runs take seconds for what lasts minutes at full length.
      const points = await prometheus().queryRange(condition!.replaceAll('[1m]', '[10s]'), from + 10, to, 1);
      const quiet = (time: number) => quietBy?.split('|').some((other) => times.get(other)!.has(time));
      times.set(alert, new Set(points.map(([time]) => time).filter((time) => !quiet(time))));
    }
    return rules.map(({ alert }) => alert).filter((alert) => times.get(alert)!.size > 0);
  }

  it('no alert fires in the baseline', async () => {
    expect(await trueIn('baseline')).toEqual([]);
  });

  it.each([
    ['cpu-stress', 'CauseCpuLimit'],
    ['memory-stress', 'CauseMemoryLimit'],
    ['cascade-failure', 'CauseSlowDependency'],
    ['db-pool-exhaust', 'CauseConnectionPool'],
    ['io-stress', 'CauseSlowIOOnly'],
  ])('the cause alert for %s is %s, apart from an earlier CauseSlowIOOnly', async (experiment, cause) => {
    const causes = (await trueIn(experiment)).filter((alert) => alert.startsWith('Cause'));
    expect(causes).toContain(cause);
    expect([cause, 'CauseSlowIOOnly']).toEqual(expect.arrayContaining(causes));
  });
});
