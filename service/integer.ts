/** The integer in `text`, in plain digits; undefined when it is something else or out of range. */
export function parseInteger(text: unknown, min: number, max: number): number | undefined {
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}

/** What was found instead, short enough for a message. */
export function quote(found: unknown): string {
  const text = JSON.stringify(found) ?? String(found);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
