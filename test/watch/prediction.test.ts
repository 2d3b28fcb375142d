import { experiment } from '../../lab/run/catalogue';
import { LiveRuns } from '../../lab/watch/live';
import { PageLog } from '../../lab/watch/log';
import { startWatchServer, type WatchServer } from '../../lab/watch/server';

const subject = {
  name: 'cpu-stress',
  experiment: experiment('cpu-stress'),
  lesson: '',
  judgedArm: 'default',
};
const GUESS = { cause: 'cpu limit', at: 2 };

let log: PageLog;
let runs: LiveRuns;
let server: WatchServer;
beforeEach(async () => {
  log = new PageLog();
  runs = new LiveRuns(log, true);
  server = await startWatchServer({ log, assets: { script: '', style: '' }, predict: runs.predict });
  runs.listener('run-1', subject, 'default');
});
afterEach(() => server.close());

const told = (): Record<string, unknown>[] => {
  const all: Record<string, unknown>[] = [];
  for (let next = log.after(undefined); next; next = log.after(next.id)) {
    all.push(JSON.parse(next.text.split('\ndata: ')[1] as string));
  }
  return all;
};

async function post(body: unknown, headers: Record<string, string> = {}): Promise<[number, string]> {
  const reply = await fetch(new URL('/prediction', server.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return [reply.status, await reply.text()];
}

describe('a prediction made on the page', () => {
  it('offers the causes of the diagnosis and the roles of the experiment', () => {
    const { question } = told()[0] as { question: { causes: string[]; victims: { name: string }[] } };
    expect(question.causes).toEqual(expect.arrayContaining(['cpu limit', 'memory limit', 'healthy']));
    expect(question.victims.map(({ name }) => name)).toEqual(['aggressor', 'nobody']);
  });

  it('reaches its waiting caller and every page', async () => {
    const waiting = runs.prediction(new AbortController().signal);
    expect(await post(GUESS)).toEqual([200, '']);
    expect(await waiting).toEqual(GUESS);
    expect(told().at(-1)).toEqual({ type: 'predicted', prediction: GUESS });
  });

  it('may arrive before anyone waits for it, and counts for one run only', async () => {
    await post(GUESS);
    expect(await runs.prediction(new AbortController().signal)).toEqual(GUESS);
    runs.listener('run-2', subject, 'default');
    expect(await runs.prediction(AbortSignal.abort())).toBeUndefined();
  });

  it('can be made only once', async () => {
    await post(GUESS);
    expect(await post({ cause: 'memory limit' })).toEqual([400, expect.stringContaining('already')]);
    expect(await runs.prediction(new AbortController().signal)).toEqual(GUESS);
  });

  it.each([
    ['an unknown cause', { cause: 'gremlins' }, 400, 'Allowed'],
    ['invalid JSON', '{', 400, 'JSON'],
    ['a long text', { victim: 'x'.repeat(5000) }, 413, 'too long'],
  ])('is refused with the reason: %s', async (_, body, status, reason) => {
    expect(await post(body)).toEqual([status, expect.stringContaining(reason)]);
    expect(told().map(({ type }) => type)).toEqual(['setup']);
  });

  it.each([{ 'content-type': 'text/plain' }, { 'sec-fetch-site': 'cross-site' }])(
    'is refused if a foreign page could have sent it: %p',
    async (headers) => {
      expect((await post(GUESS, headers as unknown as Record<string, string>))[0]).toBe(403);
    },
  );

  it('does not delay an interrupted run', async () => {
    const stop = new AbortController();
    const waiting = runs.prediction(stop.signal);
    stop.abort();
    expect(await waiting).toBeUndefined();
  });
});
