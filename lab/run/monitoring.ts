import { monitoringFiles } from '../monitoring/files';
import { experiment, experimentNames, lesson } from './catalogue';

/** What the files of monitoring/ and docs/alerts.md should hold, by path. */
export function generatedMonitoring(): Map<string, string> {
  return monitoringFiles(
    experimentNames().map((name) => ({ name, experiment: experiment(name), page: lesson(name) })),
  );
}
