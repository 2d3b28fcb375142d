import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { synthesize } from '../../constructs';
import { requires } from '../support/requirements';
import { KUBERNETES_VERSIONS, SCHEMA_PATH } from './kube-schemas';
import { VARIANTS } from './variants';

/** The folder that kube-schemas.ts wrote. */
const schemas = process.env.KUBECONFORM_SCHEMAS;

requiresSchemas()('kubeconform, strict', () => {
  const validate = (objects: unknown[], version: string) => {
    const location = `${schemas}/${SCHEMA_PATH}`;
    const options = ['-strict', '-output', 'json', '-summary', '-kubernetes-version', version];
    const input = objects.map((object) => JSON.stringify(object)).join('\n---\n');
    const { stdout } = spawnSync('kubeconform', [...options, '-schema-location', location], {
      input,
      encoding: 'utf8',
    });
    return JSON.parse(stdout) as { resources: unknown[]; summary: Record<string, number> };
  };

  const cases = KUBERNETES_VERSIONS.flatMap((version) =>
    Object.keys(VARIANTS).map((variant) => [version, variant]),
  );
  test.each(cases as [string, string][])('Kubernetes %s accepts %s', (version, variant) => {
    const objects = synthesize(VARIANTS[variant]);
    const { resources, summary } = validate(objects, version);
    expect(resources).toEqual([]);
    expect(summary).toEqual({ valid: objects.length, invalid: 0, errors: 0, skipped: 0 });
  });

  test("Kubernetes' schemas refuse an unknown field", () => {
    const [namespace] = synthesize();
    expect(validate([{ ...namespace, spec: { nope: 1 } }], KUBERNETES_VERSIONS[0]!).summary.invalid).toBe(1);
  });
});

function requiresSchemas(): jest.Describe {
  if (schemas && existsSync(schemas)) return requires('kubeconform');
  const how =
    'run `npx ts-node test/constructs/kube-schemas.ts FOLDER` and set KUBECONFORM_SCHEMAS to FOLDER';
  if (process.env.LAB_REQUIRE_ALL === '1') throw new Error(`no schemas for kubeconform: ${how}`);
  return ((name: string, body: () => void) =>
    describe.skip(`${name} [no schemas: ${how}]`, body)) as jest.Describe;
}
