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

/** The format of a report. Without `-o`, the extension of the `--out` file decides. */
export function formatOption(): Option {
  return new Option('-o, --output <format>', 'how to write the report (default: text)').choices(
    FORMATS.map(({ name }) => name),
  );
}

/** @throws LabError (usage) when the file's extension belongs to no report format. */
export function formatOf(name: string | undefined, file?: string): Format {
  const named = FORMATS.find((format) => format.name === (name ?? (file ? undefined : 'text')));
  const found = named ?? FORMATS.find(({ extension }) => extension === extname(file ?? ''));
  if (found) return found;
  throw new LabError(
    `${file} has an unknown report format.`,
    'usage',
    `Use ${FORMATS.map(({ extension }) => extension).join(', ')}, or name the format with -o.`,
  );
}

/** `--set a.b=c`; can be repeated. */
export function setOption(): Option {
  return new Option('--set <path=value>', 'change a setting, e.g. backend.replicas=3; can be repeated')
    .argParser((text: string, all: string[] = []) => [...all, text])
    .default([], 'none');
}

/** Parses an option's whole number. @throws LabError (usage) naming the value and the allowed range. */
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

/** `--allow-target HOST`; can be repeated. */
export function allowTargetOption(): Option {
  return new Option(
    '--allow-target <host>',
    'also allow load on this host; name only hosts that you may load',
  )
    .argParser((text: string, all: string[] = []) => [...all, hostOf(text)])
    .default([], 'only the system that the lab starts');
}

/** @throws LabError (usage) unless the text is a bare host. */
function hostOf(text: string): string {
  const url = URL.canParse(`http://${text}/`) ? new URL(`http://${text}/`) : undefined;
  if (url && url.host !== '' && url.href === `http://${url.hostname}/`) return url.hostname;
  throw new LabError(
    `--allow-target ${JSON.stringify(text)} is not a host.`,
    'usage',
    'Name one host or address without scheme, port or path, e.g. --allow-target staging.example.org.',
  );
}
