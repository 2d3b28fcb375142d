import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { lessonBoard } from '../../lab/monitoring/lesson';
import { experiment, experimentNames } from '../../lab/run/catalogue';
import { generatedMonitoring } from '../../lab/run/monitoring';
import { PROJECT_ROOT } from '../../lab/support/root';
import { requires } from '../support/requirements';
import type { CommittedRun } from './recordings';
import { replayed } from './replayed';

const FOLDER = join(PROJECT_ROOT, 'monitoring', 'dashboards');

interface Panel {
  type: string;
  title?: string;
  targets?: { expr: string }[];
  options?: { content?: string };
  fieldConfig?: { defaults: { thresholds?: { steps: { value: number | null }[] } } };
}

const boards = readdirSync(FOLDER).map((file) => basename(file, '.json'));

test('the committed files match the signals, causes and experiments', () => {
  const generated = generatedMonitoring();
  const stale = [...generated].filter(([path, text]) => {
    const file = join(PROJECT_ROOT, path);
    return !existsSync(file) || readFileSync(file, 'utf8') !== text;
  });
  // To update the files, run `npx lab monitoring`.
  expect(stale.map(([path]) => path)).toEqual([]);
  expect(boards.map((name) => `monitoring/dashboards/${name}.json`)).toEqual(
    [...generated.keys()].filter((path) => path.endsWith('.json')).sort(),
  );
});

test('there is an overview, and every experiment has a dashboard with its lesson', () => {
  expect(boards.sort()).toEqual(['overview', ...experimentNames()].sort());
  for (const name of experimentNames()) {
    const lesson = readFileSync(join(PROJECT_ROOT, 'loadtests', name, 'README.md'), 'utf8');
    const shown = panelsOf(name).map(({ options }) => options?.content ?? '');
    expect(shown.join('\n')).toContain(lesson.split('\n')[0]);
  }
});

test('every drawable threshold is drawn, and every other claim is listed with the reason', () => {
  for (const name of experimentNames()) {
    const panels = panelsOf(name);
    const drawn = panels.flatMap(
      ({ fieldConfig }) => fieldConfig?.defaults.thresholds?.steps.map(({ value }) => value) ?? [],
    );
    const listed = panels.map(({ options }) => options?.content ?? '').join('\n');
    for (const claim of experiment(name).claims) {
      const levels = 'first' in claim ? [claim.first, claim.then] : claim.relativeTo ? [] : [claim];
      for (const level of levels) {
        if (!drawn.includes(level.threshold)) expect(listed).toContain(claim.says);
      }
    }
    expect(drawn.filter((value) => typeof value === 'number').length).toBeGreaterThan(0);
  }
});

test('a new experiment gets its dashboard without other changes', () => {
  const board = lessonBoard({
    name: 'burst',
    experiment: {
      title: 'A burst',
      seconds: { full: 60, compressed: 20 },
      roles: { aggressor: { scenario: 'burst', label: 'the burst' } },
      pressure: { signal: 'request_rate', is: '>=', threshold: 10 },
      claims: [
        { id: 'queues', says: 'it queues', because: 'it must', signal: 'latency_p95', is: '>=', threshold: 2000 },
      ],
    },
    page: '# Burst\n\nSee [the pool](../db-pool-exhaust/README.md).\n',
  });
  const text = JSON.stringify(board);
  expect(text).toContain('"value":2000');
  expect(text).toContain('See the pool.');
});

test('dashboards contain no Helm templates and fit into a ConfigMap', () => {
  for (const name of boards) {
    const text = readFileSync(join(FOLDER, `${name}.json`), 'utf8');
    expect(text).not.toContain('{{');
    expect(text.length).toBeLessThan(200_000);
  }
});

requires('prometheus')('on a real Prometheus with the recorded runs', () => {
  const { runs, prometheus } = replayed();
  const recordedBoards = boards.filter((name) => runs.some((run) => run.experiment === name));

  it.each(recordedBoards)('every query of the %s dashboard has an answer in its own run', async (name) => {
    const queries = queriesOf(name);
    expect(queries.length).toBeGreaterThan(1);
    expect(await unanswered(queries, runOf(name))).toEqual([]);
  });

  it.each(['baseline', 'cpu-stress', 'memory-stress', 'cascade-failure', 'db-pool-exhaust', 'io-stress'])(
    'every query of the overview has an answer in the run of %s',
    async (name) => {
      // A backend that calls no downstream has no latency for it. That gap is correct.
      const queries = queriesOf('overview').filter(
        (query) => name === 'cascade-failure' || !query.includes('downstream_service_seconds'),
      );
      expect(queries.length).toBeGreaterThan(30);
      expect(await unanswered(queries, runOf(name))).toEqual([]);
    },
  );

  const runOf = (experiment: string) =>
    runs.find((run) => run.experiment === experiment && run.arm === 'default')!;

  async function unanswered(queries: string[], { recording, base }: CommittedRun): Promise<string[]> {
    const [from, to] = [base + recording.loadFrom! / 1000, base + recording.until / 1000];
    const answers = await Promise.all(
      queries.map((query) => prometheus().queryRange(inGrafana(query, to - from), from + 10, to, 5)),
    );
    return queries.filter((_, index) => answers[index]!.length === 0);
  }
});

/** The query as Grafana expands it at a scrape interval of a second. */
function inGrafana(query: string, rangeSeconds: number): string {
  return query
    .replaceAll('$namespace', 'load-testing')
    .replaceAll('$__rate_interval', '4s')
    .replaceAll('$__range', `${Math.ceil(rangeSeconds)}s`);
}

function panelsOf(name: string): Panel[] {
  const board = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as {
    panels: (Panel & { panels?: Panel[] })[];
  };
  return board.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
}

function queriesOf(name: string): string[] {
  return panelsOf(name).flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
}
