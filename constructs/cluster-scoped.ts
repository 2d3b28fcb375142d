import { JsonPatch, type ApiObject } from 'cdk8s';

/** Removes from an object the namespace that its chart sets on every object. */
export function clusterScoped<Kind extends ApiObject>(object: Kind): Kind {
  object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  return object;
}
