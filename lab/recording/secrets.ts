/** Removes passwords, so that the settings may be shown and recorded. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const shown = Object.entries(value).filter(([key]) => !/password/i.test(key));
  return Object.fromEntries(shown.map(([key, inner]) => [key, withoutSecrets(inner)]));
}
