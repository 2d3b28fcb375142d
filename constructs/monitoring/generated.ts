import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { chooseText, isEmpty } from '../values';

// `npx lab monitoring` generates dashboards and rules from what the lab measures and claims. Constructs know
// nothing about the lab and only pass the files on.

const RULES = join('monitoring', 'alert-rules.yaml');
/** The namespace that the files are written for. */
const WRITTEN_FOR = 'load-testing';

interface AlertRule {
  alert: string;
  expr: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  [field: string]: unknown;
}

export interface RuleFile {
  groups: { name: string; rules: AlertRule[] }[];
}

/** What the committed rules are adapted to. */
export interface RuleInputs {
  /** The namespace of the lab. */
  observed: string;
  /** The beginning of the names of its Deployments. */
  namePrefix: string;
  /** The address below which the pages of the lessons are found; may be empty. */
  runbookUrl: string;
}

export function alertRules({ observed: namespace, namePrefix, runbookUrl }: RuleInputs): RuleFile {
  const { groups } = parse(readFileSync(join(projectRoot(), RULES), 'utf8')) as RuleFile;
  const adapt = (rule: AlertRule): AlertRule => ({
    ...rule,
    expr: prefixed(rule.expr, namePrefix).replaceAll(
      `namespace="${WRITTEN_FOR}"`,
      `namespace="${namespace}"`,
    ),
    labels: { ...rule.labels, namespace },
    annotations: located(rule.annotations, runbookUrl),
  });
  return { groups: groups.map(({ name, rules }) => ({ name, rules: rules.map(adapt) })) };
}

/**
 * Gives the page of an alert its address, once it has one. Tools make a link of `runbook_url`, so a path in it would
 * lead nowhere.
 */
function located({ runbook, ...annotations }: Record<string, string>, runbookUrl: string) {
  const key = chooseText(isEmpty(runbookUrl), 'runbook', 'runbook_url');
  return { ...annotations, [key]: `${runbookUrl}${runbook}` };
}

/** Queries select Deployments and pods by these labels. Containers are not named after their installation. */
function prefixed(queries: string, namePrefix: string): string {
  return queries.replace(/\b(deployment=\\?"|pod=~\\?")(?=[a-z])/g, (selector) => `${selector}${namePrefix}`);
}

/** Every dashboard by its name, as the text of a JSON file. Each one asks for the namespace itself. */
export function dashboards(namePrefix: string): [name: string, text: string][] {
  const folder = join(projectRoot(), 'monitoring', 'dashboards');
  return readdirSync(folder)
    .sort()
    .map((file) => [
      basename(file, '.json'),
      prefixed(readFileSync(join(folder, file), 'utf8'), namePrefix),
    ]);
}

/** Works from the sources and from the build. */
function projectRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, RULES))) {
    if (folder === dirname(folder)) throw new Error(`no ${RULES} above ${__dirname}; generate it with npx lab monitoring`);
    folder = dirname(folder);
  }
  return folder;
}
