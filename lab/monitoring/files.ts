import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { stringify } from 'yaml';
import { alertRules, alerts, inWords } from './alerts';
import { lessonBoard, type Lesson } from './lesson';
import { overview } from './overview';

const GENERATED = 'Written by `npx lab monitoring` from signals, causes and experiments; do not edit.';

/** Every generated file by its path in the project: dashboards, alert rules, and the table of alerts. */
export function monitoringFiles(lessons: Lesson[]): Map<string, string> {
  const boards: [string, Dashboard][] = [
    ['overview', overview()],
    ...lessons.map((lesson): [string, Dashboard] => [lesson.name, lessonBoard(lesson)]),
  ];
  return new Map([
    ...boards.map(([name, board]): [string, string] => [
      `monitoring/dashboards/${name}.json`,
      `${JSON.stringify(board, null, 2)}\n`,
    ]),
    ['monitoring/alert-rules.yaml', rulesFile()],
    ['docs/alerts.md', alertsPage()],
  ]);
}

function rulesFile(): string {
  const groups = [{ name: 'backend-under-load', rules: alertRules() }];
  return `# ${GENERATED}\n${stringify({ groups }, { lineWidth: 0 })}`;
}

function alertsPage(): string {
  const rows = alerts().map(
    ({ name, when, forSeconds, severity, summary, lesson }) =>
      `| ${name} | ${when.map(inWords).join(', and ')} | ${forSeconds} s | ${severity} | ${summary} | [${lesson}](../loadtests/${lesson}/README.md) |`,
  );
  return [
    '# Alerts',
    '',
    `<!-- ${GENERATED} -->`,
    '',
    'The conditions are those of the diagnosis, over the last minute, or the last five where something is counted; [monitoring](monitoring.md) says how they are used.',
    '',
    '| alert | condition | for | severity | summary | lesson |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
