import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Claim, Experiment, Condition, Operand } from '../model/experiment';
import { format } from '../verdict/format';
import { signal } from '../verdict/signals';
import { board, graph, markdown, type Line, type Section } from './panels';
import { queryOf, RATE_RANGE, selectionOf } from './query';

/** The range that the dashboard shows, because counts cover the whole run. */
const WHOLE_RANGE = '$__range';
const LESSON_HEIGHT = 12;

/** An experiment with the page that teaches it. */
export interface Lesson {
  name: string;
  experiment: Experiment;
  /** Markdown. */
  page: string;
}

/** A measured value and what a claim says about it. */
interface Statement {
  measured: Condition;
  says: string;
  because: string;
  relativeTo?: Operand;
}

/**
 * The dashboard of one experiment: its lesson, and every value that a claim is about, with the thresholds.
 */
export function lessonBoard({ name, experiment, page }: Lesson): Dashboard {
  const statements = statementsOf(experiment);
  const drawn = statements.filter((statement) => queryFor(statement, experiment) !== undefined);
  const others = statements.filter((statement) => !drawn.includes(statement));
  const sections: Section[] = [
    { title: 'The lesson', panels: [markdown('', withoutLinks(page), LESSON_HEIGHT)] },
    { title: 'What the claims expect', panels: graphsOf(drawn, experiment).map(graph) },
  ];
  if (others.length > 0) {
    const list = others.map((statement) => `- ${sentence(statement)}. Not drawn: ${whyNot(statement)}.`);
    sections.push({ title: 'What Prometheus cannot show', panels: [markdown('', list.join('\n'), 6)] });
  }
  return board(`lab-${name}`.slice(0, 40), `Backend Under Load: ${name}`, experiment.title, sections);
}

function statementsOf({ pressure, claims }: Experiment): Statement[] {
  const pressed: Statement = {
    measured: pressure,
    says: 'the pressure is there',
    because: 'without it, the run says nothing',
  };
  return [pressed, ...claims.flatMap(statementsOfClaim)];
}

function statementsOfClaim(claim: Claim): Statement[] {
  const { says, because } = claim;
  if ('first' in claim) {
    return [claim.first, claim.then].map((measured) => ({ measured, says, because }));
  }
  const { relativeTo } = claim;
  return [{ measured: claim, says, because, ...(relativeTo && { relativeTo }) }];
}

/** The query that shows a statement; undefined where `whyNot` says why there is none. */
function queryFor({ measured }: Statement, { roles }: Experiment): string | undefined {
  if (measured.arm !== undefined || isOneOfARoute(measured)) return undefined;
  const range = signal(measured.signal).adds ? WHOLE_RANGE : RATE_RANGE;
  return queryOf(measured.signal, selectionOf(measured, roles, '$namespace'), range);
}

/** Statements about the same value share a graph. */
function graphsOf(statements: Statement[], experiment: Experiment) {
  const byQuery = new Map<string, Statement[]>();
  for (const statement of statements) {
    const query = queryFor(statement, experiment)!;
    byQuery.set(query, [...(byQuery.get(query) ?? []), statement]);
  }
  return [...byQuery].map(([query, about]) => {
    const { measured } = about[0]!;
    const { title, unit } = signal(measured.signal);
    const whose = whoseOf(measured, experiment);
    return {
      title: `${title}${whose ? `: ${whose}` : ''}`,
      description: about.map((statement) => `- ${sentence(statement)}, because ${statement.because}`).join('\n'),
      unit,
      curves: [{ label: title, query }],
      lines: linesOf(about),
    };
  });
}

/** A ratio of two windows of a run has no fixed line. */
function linesOf(statements: Statement[]): Line[] {
  const lines = statements
    .filter(({ relativeTo }) => relativeTo === undefined)
    .map(({ measured }): Line => ({
      at: measured.threshold,
      expected: measured.is.startsWith('>') ? 'above' : 'below',
    }));
  return lines.filter(({ at }, index) => lines.findIndex((line) => line.at === at) === index);
}

function sentence({ measured, says, relativeTo }: Statement): string {
  const { signal: name, is, threshold } = measured;
  const { title, unit } = signal(name);
  const bound = relativeTo
    ? `${is} ${threshold} times ${reference(relativeTo, measured)}`
    : `${is} ${format(threshold, unit)}`;
  return `${says}: ${title} ${bound}${partOf(measured)}`;
}

function reference(operand: Operand, measured: Condition): string {
  const what = operand.signal === measured.signal ? 'its own value' : signal(operand.signal).title;
  return `${what}${partOf(operand)}`;
}

function partOf({ during, take }: Operand): string {
  const kind = take === 'max' ? ' at its highest' : take === 'min' ? ' at its lowest' : '';
  if (!during) return kind;
  const [from, to] = during.map((part) => (part === 'end' ? 'the end' : `${part * 100} %`));
  return `${kind} from ${from} to ${to} of the load`;
}

function whoseOf({ role, name, app }: Operand, { roles }: Experiment): string | undefined {
  return name ?? (role && roles[role]?.label) ?? app;
}

function whyNot({ measured }: Statement): string {
  if (measured.arm !== undefined) return `it is about the arm ${measured.arm}, which is a separate run`;
  if (isOneOfARoute(measured)) return 'the service does not distinguish the requests of one route';
  const { prometheus } = signal(measured.signal);
  return 'unknown' in prometheus ? prometheus.unknown : '';
}

function isOneOfARoute({ name }: Operand): boolean {
  return name?.includes('?') ?? false;
}

/** Relative links lead nowhere in Grafana. */
function withoutLinks(page: string): string {
  return page.replace(/\[([^\]]+)\]\((?!https?:)[^)]*\)/g, '$1');
}
