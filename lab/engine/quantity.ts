const SUFFIXES: Record<string, number> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/**
 * A Kubernetes quantity ("500m", "0.5", "512Mi", 2) in cores or bytes; undefined when it is not a quantity.
 */
export function parseQuantity(quantity: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(String(quantity));
  const factor = match && SUFFIXES[match[2]!];
  return match && factor !== undefined && factor !== null ? Number(match[1]) * factor : undefined;
}
