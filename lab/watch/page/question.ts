import type { Prediction, Question } from '../protocol';
import { h, setText } from './dom';
import type { PagePart, State } from './state';

/** Asks what will fail before the load begins, and shows the answer afterwards. */
export class QuestionPart implements PagePart {
  readonly element = h('section', { class: 'question', 'aria-labelledby': 'question-title' });
  private readonly problem = h('p', { class: 'problem', role: 'alert' });
  private readonly form: HTMLFormElement;
  private readonly answer = h('p', { role: 'status' });

  constructor(question: Question | undefined) {
    this.form = form(question ?? { causes: [], symptoms: [], victims: [] }, this.problem);
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.send();
    });
    this.element.append(h('h2', { id: 'question-title' }, 'Predict'), this.form, this.answer);
  }

  update({ run: { prediction } }: State): void {
    this.form.hidden = prediction !== undefined;
    setText(this.answer, prediction ? `Predicted: ${inWords(prediction)}.` : '');
  }

  private async send(): Promise<void> {
    const fields = [...new FormData(this.form)].filter(([, value]) => value !== '');
    const prediction = Object.fromEntries(
      fields.map(([name, value]) => [name, name === 'at' ? Number(value) : value]),
    );
    const reply = await fetch('prediction', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(prediction),
    }).catch((error: Error) => new Response(error.message, { status: 503 }));
    setText(this.problem, reply.ok ? '' : await reply.text());
  }
}

function form({ causes, symptoms, victims }: Question, problem: HTMLElement): HTMLFormElement {
  const seconds = h('input', { type: 'number', name: 'at', min: '0', step: 'any', inputmode: 'decimal' });
  return h(
    'form',
    {},
    h('p', {}, 'The load waits for your answer. Leave blank what you do not want to guess.'),
    field(
      'What will fail?',
      choice(
        'cause',
        causes.map((name) => ({ name })),
      ),
    ),
    field('What will be noticed first?', choice('first', symptoms)),
    field('How many seconds after the load begins?', seconds),
    field('Who will suffer?', choice('victim', victims)),
    problem,
    h('button', { type: 'submit' }, 'Predict and start'),
  );
}

function field(label: string, input: HTMLElement): HTMLElement {
  return h('label', {}, h('span', {}, label), input);
}

function choice(name: string, options: { name: string; says?: string }[]): HTMLSelectElement {
  const empty = h('option', { value: '' }, 'no guess');
  const rest = options.map(({ name: value, says }) =>
    h('option', { value }, says ? `${value}: ${says}` : value),
  );
  return h('select', { name }, empty, ...rest);
}

function inWords({ cause, first, at, victim }: Prediction): string {
  const parts = [
    cause && `the cause is ${cause}`,
    first && `${first} is noticed first`,
    at !== undefined && `after ${at} s`,
    victim && `${victim} suffers`,
  ].filter((part) => typeof part === 'string');
  return parts.join(', ') || 'nothing';
}
