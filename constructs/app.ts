import { cpSync, existsSync, rmSync } from 'node:fs';
import { App, YamlOutputType } from 'cdk8s';
import { LabChart } from './lab-chart';
import { PROJECT } from './labels';
import { parseProps, PropsError, type LabPropsInput } from './props';

/** `cdk8s synth` deletes its output folder before it runs the app. This copy of the last good one stays. */
const LAST_GOOD = 'build/last-synth';

/**
 * Writes the system's objects as one YAML file, in the order in which they are applied.
 * @param folder is created if it is missing.
 * @returns the file's name within the folder.
 * @throws PropsError before anything is written.
 */
export function writeManifests(input: LabPropsInput, folder: string): string {
  const props = parseProps(input);
  const outputFileExtension = '.yaml';
  const app = new App({ outdir: folder, yamlOutputType: YamlOutputType.FILE_PER_CHART, outputFileExtension });
  new LabChart(app, PROJECT, props);
  app.synth();
  return `${PROJECT}${outputFileExtension}`;
}

/**
 * The cdk8s app: writes the manifests to the folder that `cdk8s synth` names (dist/ without it). For invalid
 * settings, it prints the problems, sets exit code 2 and leaves the folder unchanged.
 */
export function runApp(props: LabPropsInput): void {
  const folder = process.env.CDK8S_OUTDIR ?? 'dist';
  try {
    writeManifests(props, folder);
    if (folder === 'dist') keep(folder);
  } catch (error) {
    if (!(error instanceof PropsError)) throw error;
    console.error(`The settings in main.ts are invalid:\n${error.message}`);
    if (folder === 'dist' && !existsSync(folder)) restore(folder);
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
