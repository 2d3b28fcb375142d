import { stringify } from 'yaml';
import { PROJECT } from '../labels';
import { chartSettings } from './settings';

/** Where the project is found. */
export interface Addresses {
  /** Its page. */
  home?: string;
  /** Its repository. */
  source?: string;
}

/** A curve that breaks down at a limit. It is part of the file, so that no server has to be asked for it. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="12" fill="#1f2a44"/><path d="M8 20h48" stroke="#f2b134" stroke-width="3" stroke-dasharray="5 4"/><path d="M8 52C26 52 32 40 38 22l4 30h14" fill="none" stroke="#fff" stroke-width="4" stroke-linejoin="round"/></svg>`;

/** The file Chart.yaml. */
export function chartYaml(version: string, { home, source }: Addresses): string {
  return stringify(
    {
      apiVersion: 'v2',
      name: PROJECT,
      description:
        'A failure laboratory: a small backend, its slow dependency and its database, under tight limits.',
      type: 'application',
      version,
      appVersion: version,
      kubeVersion: '>=1.28.0-0',
      keywords: ['load-testing', 'chaos', 'resource-limits'],
      icon: `data:image/svg+xml;base64,${Buffer.from(ICON).toString('base64')}`,
      ...(home !== undefined && { home }),
      ...(source !== undefined && { sources: [source] }),
      maintainers: [{ name: 'The authors of Backend Under Load' }],
      annotations: {
        'artifacthub.io/category': 'monitoring-logging',
        'artifacthub.io/license': 'MIT',
        'artifacthub.io/operator': 'false',
        'artifacthub.io/images': stringify(images()),
      },
    },
    { lineWidth: 0 },
  );
}

/** Every image that the chart may use, with its defaults. */
function images(): { name: string; image: string }[] {
  const presets = new Map(chartSettings().map(({ path, default: preset }) => [path, preset as string]));
  return [...presets.keys()]
    .filter((path) => path.endsWith('.repository'))
    .map((path) => path.replace(/\.repository$/, ''))
    .map((path) => {
      const [registry, repository, tag] = ['registry', 'repository', 'tag'].map((part) =>
        presets.get(`${path}.${part}`),
      );
      return {
        name: path.replace(/^(postgres|monitoring)\.(?=\w)|\.?[iI]mage$/g, '') || path.split('.')[0]!,
        image: `${registry ? `${registry}/` : ''}${repository}:${tag}`,
      };
    });
}

/** What `helm package` leaves out. */
export const HELMIGNORE = `.DS_Store
.git/
.gitignore
.idea/
.vscode/
*.bak
*.orig
*.swp
*.tgz
*.tmp
*~
`;
