/** Selection.data(): the attributes that begin with "data-", or one of them, converted like jQuery. */
export function dataOf(attributes: Record<string, string>, name: string | undefined): unknown {
  if (name === undefined) {
    if (Object.keys(attributes).length === 0) return undefined;
    const data = Object.entries(attributes).filter(([key]) => /^data-./.test(key));
    return Object.fromEntries(data.map(([key, value]) => [propertyOf(key.slice(5)), converted(value)]));
  }
  const key = `data-${attributeOf(name)}`;
  return Object.hasOwn(attributes, key) ? converted(attributes[key]!) : undefined;
}

/** Words that Go's naming conventions write in capitals. */
const INITIALISMS = new Set(
  (
    'acl api ascii cpu css dns eof eta gpu guid html http https id ip json lhs os qps ram rhs rpc sla smtp sql ' +
    'ssh tcp tls ttl udp ui uid uuid uri url utf8 vm xml xmpp xsrf xss'
  ).split(' '),
);

/** "user-name" -> "userName", but "user-id" -> "userID" */
function propertyOf(key: string): string {
  const [first = '', ...rest] = key.split('-');
  return first + rest.map(capitalized).join('');
}

const capitalized = (word: string) =>
  INITIALISMS.has(word.toLowerCase()) ? word.toUpperCase() : word.slice(0, 1).toUpperCase() + word.slice(1);

/** "userId" -> "user-id" */
const attributeOf = (name: string) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/_/g, '-')
    .toLowerCase();

function converted(value: string): unknown {
  if (value === '' || value === 'null' || value === 'undefined') return undefined;
  if (value === 'true' || value === 'false') return value === 'true';
  if (value.startsWith('{') || value.startsWith('[')) return parsed(value);
  return String(Number(value)) === value ? Number(value) : value;
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
