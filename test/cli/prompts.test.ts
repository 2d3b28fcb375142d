import { PassThrough } from 'node:stream';
import { Prompter } from '../../lab/cli/prompts/prompter';
import { askPrediction } from '../../lab/cli/prompts/predict';
import { experiment } from '../../lab/run/catalogue';
import { CAUSE_CHOICES } from '../../lab/verdict/prediction';

/** A terminal with typed input, and everything that it has shown so far. */
function terminal(...typed: string[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  input.end(typed.map((line) => `${line}\n`).join(''));
  return { input, output, shown: () => shown };
}

const ask = (at: ReturnType<typeof terminal>) =>
  askPrediction('cascade-failure', experiment('cascade-failure'), 'compressed', at);

describe('a prediction made at the terminal', () => {
  it('accepts numbers and names, and asks for each part', async () => {
    const at = terminal(`${CAUSE_CHOICES.indexOf('slow dependency') + 1}`, 'latency', '20 s', '2');
    expect(await ask(at)).toEqual({ cause: 'slow dependency', first: 'latency', at: 20, victim: 'victim' });
    for (const question of ['What will fail?', 'first?', 'How many seconds', 'Who will suffer?']) {
      expect(at.shown()).toContain(question);
    }
  });

  it('repeats the question after an invalid answer and says what is allowed', async () => {
    const at = terminal('0', 'cpu', 'CPU limit', 'errors', 'soon', '5', '/api/price');
    expect(await ask(at)).toEqual({ cause: 'cpu limit', first: 'errors', at: 5, victim: '/api/price' });
    expect(at.shown()).toContain(
      `"0" is not one of the choices. Type a number from 1 to ${CAUSE_CHOICES.length}, or a name.`,
    );
    expect(at.shown()).toContain('"at" of the prediction has the invalid value "soon".');
  });

  it('skips the time when the answer is that nothing will be noticed', async () => {
    const at = terminal('healthy', 'nothing', 'nobody');
    expect(await ask(at)).toEqual({ cause: 'healthy', first: 'nothing', victim: 'nobody' });
  });

  it('ends with exit code 130 when the input ends', async () => {
    await expect(ask(terminal('1'))).rejects.toMatchObject({ kind: 'interrupted' });
  });

  it('offers the roles of the experiment by their labels, and gives no hint of its cause', async () => {
    const at = terminal('1', '1', '1', '1');
    await ask(at);
    expect(at.shown()).toContain('victim (the price route');
    expect(at.shown().match(/slow dependency/g)).toHaveLength(1);
  });
});

describe('an prompter', () => {
  it('shortens a long answer to one line', async () => {
    const at = terminal('x'.repeat(1000), '1');
    expect(await new Prompter(at).choose('Which?', [{ name: 'this' }])).toBe('this');
    expect(at.shown()).not.toContain('x'.repeat(100));
  });
});
