import { button, h, type Child } from './dom';
import type { PagePart, State } from './state';

/** How the run was made, so that you can check and repeat it. */
export class DetailsPart implements PagePart {
  readonly element = h('div', { class: 'details' });
  private told = '';

  update({ run, arm }: State): void {
    const about = arm?.about;
    const isJudged = about?.arm === run.setup.judgedArm;
    const again = isJudged ? run.report : run.report?.others.find((other) => other.arm === about?.arm);
    const told = `${about?.arm} ${about?.run.id} ${run.report?.folder}`;
    if (told === this.told || !about) return;
    this.told = told;
    const { engine, load, length, timeScale, versions, startedAt, id, props } = about.run;
    // Only the report knows how to repeat an arm. Until then, the page knows the experiment as it is.
    const repeat = isJudged
      ? `npx lab run ${run.setup.experiment}${length === 'full' ? ' --full' : ''}`
      : undefined;
    this.element.replaceChildren(
      ...runAgain(again?.repeat ?? repeat, again?.notRepeated),
      facts([
        ['Engine', `${engine.name}; ${engine.limits.label}`],
        ['Limits mode', engine.limits.rung],
        ['Load generator', load.runner],
        [
          'Time scale',
          length === 'full'
            ? 'full length: the original durations'
            : `compressed by a factor of ${Number(timeScale.toPrecision(2))}: plateaus and ramps shrink; rates, sizes, service times and timeouts do not`,
        ],
        ['Started', startedAt],
        [
          'Versions',
          Object.entries(versions)
            .map((pair) => pair.join(' '))
            .join(', '),
        ],
        ['Run', id],
        ...(run.report ? [['Recording', run.report.folder] as [string, string]] : []),
        ...(run.report?.leftOut ?? []).map((why): [string, string] => ['Left out', why]),
        ...(arm.endReason ? [['Ended', arm.endReason] as [string, string]] : []),
      ]),
      settings(props, again?.changes),
    );
  }
}

function runAgain(repeat: string | undefined, notRepeated: string[] = []): HTMLElement[] {
  if (repeat === undefined) return [];
  const missing = `This command does not repeat ${notRepeated.join(', ')}: this version of the lab does not allow it any more.`;
  return [
    h('h3', {}, 'Run it again'),
    command(repeat),
    ...(notRepeated.length > 0 ? [h('p', { class: 'not-repeated' }, missing)] : []),
  ];
}

function command(text: string): HTMLElement {
  const copied = button('Copy', () => {
    void navigator.clipboard?.writeText(text).then(
      () => (copied.textContent = 'Copied'),
      () => (copied.textContent = 'Copying failed: select the text'),
    );
  });
  return h('p', { class: 'command' }, h('code', {}, text), copied);
}

function facts(rows: [string, string][]): HTMLElement {
  return h(
    'dl',
    { class: 'facts' },
    ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
  );
}

/** Every setting of the run; those that differ from their defaults are marked, if they are known. */
function settings(props: unknown, known: { path: string; default: string }[] | undefined): HTMLElement {
  const changes = known ?? [];
  const rows = flatten(props).map(([path, value]) => {
    const changed = changes.find((change) => change.path === path);
    const note: Child = changed && h('span', { class: 'changed' }, ` changed; default ${changed.default}`);
    return h(
      'tr',
      changed ? { class: 'changed-row' } : {},
      h('th', { scope: 'row' }, path),
      h('td', {}, value, note),
    );
  });
  const caption = changes.length === 0 ? ' (all at their defaults)' : ` (${changes.length} changed)`;
  return h(
    'details',
    { class: 'settings' },
    h('summary', {}, `All ${rows.length} settings of the system${known ? caption : ''}`),
    h('table', {}, h('tbody', {}, ...rows)),
  );
}

function flatten(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, path ? `${path}.${key}` : key));
}
