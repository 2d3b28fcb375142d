import { type Diagnosis, placeKey, type Score, type Sighting, type Verdict } from '../protocol';
import { button, h, setText, type Child } from './dom';
import { incidentsOf, isKill } from './pods';
import type { Arm } from './run';
import type { Actions, PagePart, State } from './state';
import { capital, clock, sentence } from './text';

const HEADLINE = {
  held: 'Held',
  refuted: 'Refuted',
  'no impact': 'No impact',
  inconclusive: 'Inconclusive',
} as const;

const MEANS = {
  held: 'Every claim of the experiment held.',
  refuted: 'The pressure was there, but at least one claim did not hold.',
  'no impact': 'The pressure never reached the system, so the run says nothing about it.',
  inconclusive: 'The evidence is not enough for a verdict.',
} as const;

/** The progress of the run while it goes on, and the verdict with its evidence once it is over. */
export class VerdictPart implements PagePart {
  readonly element = h('section', { class: 'verdict', 'aria-labelledby': 'verdict-title' });
  private readonly status = h('p', { class: 'so-far' });
  private readonly announcement = h('p', { class: 'visually-hidden', role: 'status' });
  private readonly body = h('div');
  private shown?: Verdict;
  private announced = '';

  constructor(private readonly actions: Actions) {
    this.element.append(this.announcement, this.body);
    this.wait();
  }

  update(state: State): void {
    const { arm, isOver } = state;
    const verdict = isOver ? arm?.verdict : undefined;
    if (verdict !== this.shown) {
      this.shown = verdict;
      if (arm && verdict) this.conclude(verdict, arm, state);
      else this.wait();
    }
    if (!verdict) setText(this.status, soFar(state));
    this.announce(state, verdict);
  }

  /** Before the end, shows only the progress of the run. */
  private wait(): void {
    this.element.dataset['outcome'] = 'open';
    const title = h('h2', { id: 'verdict-title' }, 'No verdict yet');
    this.body.replaceChildren(h('div', { class: 'headline' }, title, this.status));
  }

  private conclude(verdict: Verdict, arm: Arm, { run }: State): void {
    const isJudged = arm.name === run.setup.judgedArm;
    const { outcome, why, findings, diagnosis } = verdict;
    this.element.dataset['outcome'] = outcome.replace(' ', '-');
    const seen = findings.filter(({ result }) => result === 'held').length;
    const counted = `${seen} of ${findings.length} claims held`;
    this.body.replaceChildren(
      h(
        'div',
        { class: 'headline' },
        h(
          'h2',
          { id: 'verdict-title' },
          h('span', { class: 'outcome' }, HEADLINE[outcome]),
          h('span', { class: 'cause' }, capital(diagnosis.cause)),
        ),
        h(
          'p',
          { class: 'so-far' },
          why ? `${sentence(why)} ${counted}.` : `${MEANS[outcome]} ${capital(counted)}.`,
        ),
        !isJudged && h('p', { class: 'of-arm' }, aboutAnotherArm(arm, run.judgedArm)),
        h('p', { class: 'mechanism' }, sentence(diagnosis.mechanism)),
      ),
      h(
        'div',
        { class: 'columns' },
        this.evidence(diagnosis, run.setup.seenIn),
        whoSuffered(diagnosis),
        nextSteps(diagnosis),
      ),
      ...predicted(isJudged ? run.report?.prediction : undefined),
      ...causes(
        `Ruled out: ${diagnosis.ruledOut.length} other causes, and why`,
        diagnosis.ruledOut,
        run.setup.mode === 'report',
      ),
      ...causes('Not ruled out: causes that remain possible', diagnosis.unknown, run.setup.mode === 'report'),
      ...causes(
        'To decide: causes that look alike, and what tells them apart',
        diagnosis.toDecide.map(({ causes: alike, by }) => ({ cause: alike.join(' or '), because: by })),
        run.setup.mode === 'report',
      ),
      ...causes('Busy, but harmless', diagnosis.remarks, run.setup.mode === 'report'),
    );
  }

  private evidence(
    { firstSymptom, unknownSymptoms, evidence }: Diagnosis,
    seenIn: Record<string, string[]>,
  ): HTMLElement {
    const isUnknown = !firstSymptom && unknownSymptoms.length > 0;
    const link = (sighting: Sighting): Child => this.link(sighting, seenIn[placeKey(sighting)] ?? []);
    const links = [...evidence].sort((a, b) => (a.atSeconds ?? Infinity) - (b.atSeconds ?? Infinity));
    return h(
      'div',
      { class: 'chain' },
      h('h3', {}, 'Chain of evidence'),
      firstSymptom && h('p', { class: 'first-symptom' }, h('b', {}, 'First symptom: '), link(firstSymptom)),
      isUnknown &&
        h(
          'p',
          { class: 'first-symptom' },
          h('b', {}, 'First symptom: '),
          `None was seen; not measured: ${unknownSymptoms.join(', ')}`,
        ),
      h('ol', {}, ...links.map((sighting) => h('li', {}, link(sighting)))),
    );
  }

  private link({ says, atSeconds }: Sighting, places: string[]): Child {
    if (atSeconds === undefined) return capital(says);
    return h(
      'span',
      {},
      button(clock(atSeconds), () => this.actions.jump(atSeconds, places), {
        class: 'moment',
        'aria-label': `Show in the charts: ${says}, ${clock(atSeconds)} after the load began`,
      }),
      ` ${capital(says)}`,
    );
  }

  private announce({ run, arm, now }: State, verdict: Verdict | undefined): void {
    const kills = arm
      ? incidentsOf(arm, now).flatMap(({ incident }) => (isKill(incident) ? incident.state : []))
      : [];
    const last = kills.at(-1);
    const times = kills.filter((kill) => kill === last).length;
    const text = verdict
      ? `Verdict: ${verdict.outcome}. What failed: ${verdict.diagnosis.cause}.`
      : last
        ? `${capital(last)}, ${times} ${times === 1 ? 'time' : 'times'} so far.`
        : arm
          ? `${run.setup.experiment}: the load is running.`
          : 'The system is starting.';
    if (text === this.announced) return;
    this.announced = text;
    setText(this.announcement, text);
  }
}

/** The claims describe one arm. In an arm with a defence, they say what the defence changes. */
function aboutAnotherArm(arm: Arm, judged: Arm | undefined): string {
  return `You see the arm “${arm.title}”. The claims describe the arm “${judged?.title ?? 'default'}”: where they do not hold here, this arm behaves differently.`;
}

function soFar({ run, arm, now }: State): string {
  if (!arm || arm.loadFrom === undefined) return 'The system is starting.';
  const decided = [...arm.findings.values()].filter(({ second }) => second <= now);
  const held = decided.filter(({ finding }) => finding.result === 'held').length;
  const claims = `${decided.length} of ${run.setup.claims.length} claims decided, ${held} held`;
  const planned = arm.about?.plannedSeconds ?? 0;
  const phase =
    arm.loadTo !== undefined && now >= arm.secondOf(arm.loadTo) - 1
      ? 'The load is over'
      : now > planned
        ? 'No more load is sent; waiting for the last requests'
        : `Under load, ${clock(now)} of ${clock(planned)}`;
  return `${phase}. ${capital(claims)}.`;
}

function whoSuffered({ suffered, unharmed, harms }: Diagnosis): HTMLElement {
  const isOfClients = harms.length + unharmed.length > 0;
  const list = (names: string[]): HTMLElement =>
    h('ul', { class: 'routes' }, ...names.map((name) => h('li', {}, name)));
  return h(
    'div',
    {},
    h('h3', {}, 'Who suffered'),
    suffered.length > 0 ? list(suffered) : h('p', {}, isOfClients ? 'Nobody.' : 'Not measured.'),
    harms.length > 0 &&
      h(
        'ul',
        { class: 'harms' },
        ...harms.map(({ says, where, causes: explainedBy }) =>
          h(
            'li',
            {},
            `${where === undefined ? says : `${says} (${where})`}: ${explainedBy.join(' and ') || 'not explained'}`,
          ),
        ),
      ),
    unharmed.length > 0 && h('h3', {}, 'Unharmed'),
    unharmed.length > 0 && list(unharmed),
  );
}

function nextSteps({ causes, tryNext }: Diagnosis): HTMLElement {
  return h(
    'div',
    {},
    h('h3', {}, 'Try next'),
    tryNext.length > 0
      ? h('ul', {}, ...tryNext.map((step) => h('li', {}, capital(step))))
      : h('p', {}, causes.length > 0 ? 'Nothing is wrong.' : 'No advice: the evidence fits no known cause.'),
  );
}

/** Open in a report, which people read; folded elsewhere, where they look at the charts. */
function causes(title: string, listed: Diagnosis['ruledOut'], isOpen: boolean): HTMLElement[] {
  if (listed.length === 0) return [];
  const element = h(
    'details',
    { class: 'ruled-out', ...(isOpen && { open: '' }) },
    h('summary', {}, title),
    h(
      'dl',
      {},
      ...listed.flatMap(({ cause, because }) => [
        h('dt', {}, capital(cause)),
        h('dd', {}, sentence(because)),
      ]),
    ),
  );
  return [element];
}

const PART = { cause: 'What fails', first: 'First symptom', at: 'When', victim: 'Who suffers' } as const;

function predicted(prediction: Score | undefined): HTMLElement[] {
  if (!prediction) return [];
  const { parts, right } = prediction;
  const rows = parts.flatMap(({ part, predicted: said, mark, because }) => [
    h('dt', {}, PART[part]),
    h('dd', {}, h('b', {}, `${said}: ${mark}. `), sentence(because)),
  ]);
  const title = h('h3', {}, `The prediction: ${right} of ${parts.length} right`);
  return [h('div', { class: 'ruled-out' }, title, h('dl', {}, ...rows))];
}
