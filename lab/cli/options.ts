import { Option } from 'commander';

export type Output = 'text' | 'json';

export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how to print the result')
    .choices(['text', 'json'])
    .default('text');
}

/** `--set a.b=c`, as often as wanted. */
export function setOption(): Option {
  return new Option('--set <path=value>', 'change a setting of the system, e.g. backend.replicas=3')
    .argParser((text: string, all: string[] = []) => [...all, text])
    .default([], 'none');
}
