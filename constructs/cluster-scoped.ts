import { JsonPatch, type ApiObject } from 'cdk8s';

/** Takes from an object the namespace that its chart puts on every one. */
export function clusterScoped<Kind extends ApiObject>(object: Kind): Kind {
  object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  return object;
}
