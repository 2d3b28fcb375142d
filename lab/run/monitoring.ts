import { monitoringFiles } from '../monitoring/files';
import { experiment, experimentNames, lesson } from './catalogue';

/** The expected contents of the files in monitoring/ and of docs/alerts.md, by path. */
export function generatedMonitoring(): Map<string, string> {
  return monitoringFiles(
    experimentNames().map((name) => ({ name, experiment: experiment(name), page: lesson(name) })),
  );
}
