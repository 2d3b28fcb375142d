import { extname } from 'node:path';
import { Option } from 'commander';
import { LabError } from '../model/errors';
import { FORMATS, type Format } from '../report/formats';

export type Output = 'text' | 'json';

export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how to print the result')
    .choices(['text', 'json'])
    .default('text');
}

/** How reports are written; without it `--out` decides by the ending of its file. */
export function formatOption(): Option {
  return new Option('-o, --output <format>', 'how to write the report (default: text)').choices(
    FORMATS.map(({ name }) => name),
  );
}

/** @throws LabError (usage) for a file whose ending is that of no format. */
export function formatOf(name: string | undefined, file?: string): Format {
  const named = FORMATS.find((format) => format.name === (name ?? (file ? undefined : 'text')));
  const found = named ?? FORMATS.find(({ extension }) => extension === extname(file ?? ''));
  if (found) return found;
  throw new LabError(
    `${file} ends like no format of a report.`,
    'usage',
    `Use ${FORMATS.map(({ extension }) => extension).join(', ')}; or name the format with -o.`,
  );
}

/** `--set a.b=c`, as often as wanted. */
export function setOption(): Option {
  return new Option('--set <path=value>', 'change a setting of the system, e.g. backend.replicas=3')
    .argParser((text: string, all: string[] = []) => [...all, text])
    .default([], 'none');
}

/** Reads a whole number of an option. @throws LabError (usage) naming the value and the range. */
export function integer(option: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new LabError(
      `${option} ${JSON.stringify(text)} is not a whole number from ${min} to ${max}.`,
      'usage',
    );
  };
}

/** `--allow-target HOST`, as often as wanted. */
export function allowTargetOption(): Option {
  return new Option(
    '--allow-target <host>',
    'let the load be aimed at this host, too, if it is yours to load',
  )
    .argParser((text: string, all: string[] = []) => [...all, hostOf(text)])
    .default([], 'only the system that the lab starts');
}

/** @throws LabError (usage) for what is no bare host. */
function hostOf(text: string): string {
  const url = URL.canParse(`http://${text}/`) ? new URL(`http://${text}/`) : undefined;
  if (url && url.host !== '' && url.href === `http://${url.hostname}/`) return url.hostname;
  throw new LabError(
    `--allow-target ${JSON.stringify(text)} is not a host.`,
    'usage',
    'Name one host or address without scheme, port and path, e.g. --allow-target staging.example.org.',
  );
}
