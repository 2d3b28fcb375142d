import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { CLUSTER_FOLDERS, FOLDERS } from '../../../lab/engine/kubernetes/folders';
import { hintOf } from '../../../lab/engine/kubernetes/refusal';

interface Role {
  kind: string;
  rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
}

const rolesOf = (file: string): Role[] =>
  parseAllDocuments(readFileSync(resolve(__dirname, '../../../docs', file), 'utf8')).map(
    (document) => document.toJS() as Role,
  );

it('the Role for one namespace is the ClusterRole without what only a ClusterRole can grant', () => {
  const [cluster] = rolesOf('kubernetes-rights.yaml');
  const [role] = rolesOf('kubernetes-rights-in-namespace.yaml');
  expect([cluster!.kind, role!.kind]).toEqual(['ClusterRole', 'Role']);
  const withinNamespace = cluster!.rules
    .filter(({ resources }) => !resources.includes('nodes/proxy'))
    .map((rule) => (rule.resources.includes('namespaces') ? { ...rule, verbs: ['get'] } : rule));
  expect(role!.rules).toEqual(withinNamespace);
});

it('the roles hold the rights to make, find and remove every kind of object of a run', () => {
  const rules = rolesOf('kubernetes-rights.yaml').flatMap((role) => role.rules);
  const missing = [...FOLDERS, ...CLUSTER_FOLDERS].flatMap((folder) => {
    const [, , group, resource] = /^\/(api|apis\/([^/]+))\/[^/]+\/(?:namespaces\/NS\/)?(\w+)$/.exec(folder)!;
    const granted = rules
      .filter(({ apiGroups, resources }) => apiGroups.includes(group ?? '') && resources.includes(resource!))
      .flatMap(({ verbs }) => verbs);
    const lacks = ['get', 'list', 'create', 'delete'].filter((verb) => !granted.includes(verb));
    return lacks.length > 0 ? [`${resource}: ${lacks.join(', ')}`] : [];
  });
  expect(missing).toEqual([]);
});

it.each([
  ['pods "x" is forbidden: exceeded quota: small, requested: limits.cpu=1', /ResourceQuota/],
  ['pods "x" is forbidden: failed quota: small: must specify limits.memory for: k6', /ResourceQuota/],
  ['pods "x" is forbidden: maximum cpu usage per Container is 500m, but limit is 1', /LimitRange/],
  ['unable to create new content in namespace a because it is being terminated', /being deleted/],
  ['pods "x" is forbidden: violates PodSecurity "restricted:latest": …', /admission rule/],
  ['admission webhook "policy.example.com" denied the request: no tag', /admission rule/],
])('a refusal "%s" has a hint of its own', (message, hint) => {
  expect(hintOf(message)).toMatch(hint);
});

it('a refusal in other words has no hint of its own', () => {
  expect(hintOf('deployments.apps is forbidden: User "dev" cannot patch resource')).toBeUndefined();
});
