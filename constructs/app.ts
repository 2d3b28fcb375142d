import { cpSync, existsSync, rmSync } from 'node:fs';
import { App, Names, YamlOutputType, type AppProps, type Chart } from 'cdk8s';
import { refuseDuplicates } from './duplicates';
import { LabChart } from './lab-chart';
import { PROJECT } from './labels';
import { PropsError, type LabPropsInput } from './props';

/** Adds to an app everything that belongs to the system. */
export type System = (app: App, props: LabPropsInput) => void;

const BUNDLED: System = (app, props) => void new LabChart(app, PROJECT, props);

/** `cdk8s synth` deletes its output folder before it runs the app. This copy of the last good one stays. */
const LAST_GOOD = 'build/last-synth';
const EXTENSION = '.yaml';

/**
 * The cdk8s app of a system. Default: a LabChart alone.
 * @throws PropsError for invalid settings, and for objects with the same name.
 */
export function systemOf(props: LabPropsInput, system = BUNDLED, options?: AppProps): App {
  const app = new App(options);
  refuseDuplicates(app);
  system(app, props);
  app.charts.filter(isLabChart).forEach((chart) => chart.annotate());
  const problems = app.node.findAll().flatMap(({ node }) => node.validate());
  if (problems.length > 0) throw new PropsError(problems);
  return app;
}

/**
 * Writes a system's objects, one YAML file for each chart, in the order in which they are applied.
 * @param folder is created if it is missing.
 * @returns the files' names within the folder.
 * @throws PropsError before anything is written.
 */
export function writeManifests(props: LabPropsInput, folder: string, system?: System): string[] {
  const app = systemOf(props, system, {
    outdir: folder,
    yamlOutputType: YamlOutputType.FILE_PER_CHART,
    outputFileExtension: EXTENSION,
  });
  app.synth();
  return app.charts.map((chart) => `${Names.toDnsLabel(chart)}${EXTENSION}`);
}

/** cdk8s takes every chart for an instance of every class of charts. */
function isLabChart(chart: Chart): chart is LabChart {
  return 'annotate' in chart;
}

/**
 * The cdk8s app: writes the manifests to the folder that `cdk8s synth` names (dist/ without it). For invalid
 * settings, it prints the problems, sets exit code 2 and leaves the folder unchanged.
 */
export function runApp(props: LabPropsInput, system?: System): void {
  const folder = process.env.CDK8S_OUTDIR ?? 'dist';
  // Only a project has a copy to restore from. Elsewhere, build/ may be somebody else's.
  const isProject = folder === 'dist' && existsSync('main.ts') && existsSync('cdk8s.yaml');
  try {
    writeManifests(props, folder, system);
    if (isProject) keep(folder);
  } catch (error) {
    if (!(error instanceof PropsError)) throw error;
    console.error(`The settings in main.ts are invalid:\n${error.message}`);
    if (isProject && !existsSync(folder)) restore(folder);
    process.exitCode = 2;
  }
}

function keep(folder: string): void {
  rmSync(LAST_GOOD, { recursive: true, force: true });
  cpSync(folder, LAST_GOOD, { recursive: true });
}

function restore(folder: string): void {
  if (existsSync(LAST_GOOD)) {
    cpSync(LAST_GOOD, folder, { recursive: true });
    console.error(`${folder}/ was restored to the last good synthesis.`);
  } else {
    console.error(
      `cdk8s has already emptied ${folder}/. Run \`git checkout ${folder}\` to restore the committed one.`,
    );
  }
}
