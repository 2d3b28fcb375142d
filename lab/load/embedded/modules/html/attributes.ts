import type { Element, Selected } from './element';

/** A method of the elements of some tags, by its result. */
export type Read = (element: Element) => unknown;
export type Reads = Record<string, Read>;

export const attribute = (element: Element, name: string) => element.getAttribute(name) as string | undefined;

export const text =
  (name: string): Read =>
  (e) =>
    attribute(e, name) ?? '';
export const flag =
  (name: string): Read =>
  (e) =>
    e.hasAttribute(name);
export const always =
  (value: string): Read =>
  () =>
    value;
export const integer =
  (name: string, missing = 0): Read =>
  (e) => {
    const value = attribute(e, name) ?? '';
    return /^[+-]?\d+$/.test(value) ? Number(value) : missing;
  };
/** The first option stands for a missing or unknown value. */
export const oneOf =
  (name: string, ...options: string[]): Read =>
  (e) =>
    options.includes(attribute(e, name) ?? '') ? attribute(e, name) : options[0];
export const nullable =
  (name: string, ...options: string[]): Read =>
  (e) =>
    options.includes(attribute(e, name) ?? '') ? attribute(e, name) : undefined;
/** An address, complete if the page's own address is known. */
export const address =
  (name: string, missing: (e: Element) => string = () => ''): Read =>
  (e) => {
    const value = attribute(e, name);
    if (e.selection().url === '') return value ?? '';
    return value === undefined ? missing(e) : (resolved(e, value)?.href ?? missing(e));
  };
export const all =
  (selector: string): Read =>
  (e) =>
    e.selection().find(selector).get();

function resolved(element: Element, value: string): URL | undefined {
  const base = element.selection().url || undefined;
  return URL.canParse(value, base) ? new URL(value, base) : undefined;
}

export const textContent: Read = (e) => e.textContent();
export const words =
  (name: string): Read =>
  (e) =>
    attribute(e, name)?.split(' ').filter(Boolean) ?? [];

export const top = (e: Element) => e.selection().parents().last();

function ownerForm(e: Element): Selected | undefined {
  const around = e.selection().closest('form');
  if (around.size() > 0) return around;
  const id = attribute(e, 'form');
  const named = id ? top(e).find(`#${id}`) : undefined;
  return named && named.size() > 0 ? named : undefined;
}
export const form: Read = (e) => ownerForm(e)?.get(0);

export const labels: Read = (e) => {
  const around = e.selection().closest('label');
  const id = e.id();
  return (id ? around.add(top(e).find(`label[for="${id}"]`)) : around).get();
};

function formAttribute(e: Element, name: string): string | undefined {
  return attribute(e, `form${name}`) ?? (ownerForm(e)?.attr(name) as string | undefined);
}

export const valueOrHtml = (selected: Selected) =>
  (selected.attr('value') as string | undefined) ?? selected.html() ?? '';

/** The position of the element among all that match, inside of its nearest ancestor that matches `around`. */
export const position =
  (around: string, selector: string, missing: number): Read =>
  (e) => {
    const container = e.selection().parents(around);
    return container.size() === 0 ? missing : container.find(selector).index(e.selection());
  };

export const ENCODINGS = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];
const POLICIES = [
  '',
  'no-referrer',
  'no-referrer-when-downgrade',
  'origin',
  'origin-when-cross-origin',
  'unsafe-url',
];
export const INPUTS =
  'text button checkbox color date datetime-local email file hidden image month number password radio range ' +
  'reset search submit tel time url week';
export const crossOrigin = nullable('crossorigin', 'anonymous', 'use-credentials');
export const referrerPolicy = oneOf('referrerpolicy', ...POLICIES);
export const autocomplete = oneOf('autocomplete', 'on', 'off');
export const size = { height: text('height'), width: text('width') };

const urlPart =
  (part: (url: URL) => string): Read =>
  (e) => {
    const url = e.hasAttribute('href') ? resolved(e, attribute(e, 'href')!) : undefined;
    return url ? part(url) : '';
  };

export const LINK: Reads = {
  download: text('download'),
  referrerPolicy,
  rel: text('rel'),
  relList: words('rel'),
  href: address('href'),
  target: text('target'),
  type: text('type'),
  accessKey: text('accesskey'),
  hrefLang: text('hreflang'),
  toString: address('href'),
  hash: urlPart((url) => url.hash),
  host: urlPart((url) => url.host),
  hostname: urlPart((url) => url.hostname),
  port: urlPart((url) => url.port),
  username: urlPart((url) => url.username),
  password: urlPart((url) => url.password),
  origin: urlPart((url) => url.origin),
  pathname: urlPart((url) => url.pathname),
  protocol: (e) => (urlPart((url) => url.protocol.slice(0, -1))(e) as string) || ':',
  search: urlPart((url) => url.search),
  text: textContent,
};

export const MEDIA: Reads = {
  autoplay: flag('autoplay'),
  controls: flag('controls'),
  loop: flag('loop'),
  muted: flag('muted'),
  defaultMuted: flag('muted'),
  preload: oneOf('preload', 'auto', 'metadata', 'none'),
  src: address('src'),
  currentSrc: text('src'),
  crossOrigin,
  mediaGroup: text('mediagroup'),
  textTracks: all('track'),
};

export const FIELD: Reads = {
  form,
  labels,
  name: text('name'),
  formAction(e) {
    const action = formAttribute(e, 'action');
    const { url } = e.selection();
    if (url === '') return action ?? '';
    return action ? (resolved(e, action)?.href ?? action) : url;
  },
  formEnctype: (e) => ENCODINGS.find((name) => name === formAttribute(e, 'enctype')) ?? ENCODINGS[0],
  formMethod: (e) => (formAttribute(e, 'method')?.toLowerCase() === 'post' ? 'post' : 'get'),
  formNoValidate: (e) => formAttribute(e, 'novalidate') !== undefined,
  formTarget: (e) => formAttribute(e, 'target') ?? '',
};

export const MODIFICATION: Reads = { cite: text('cite'), datetime: text('datetime') };
export const SECTION: Reads = { rows: all('tr') };
export const CELL: Reads = {
  colSpan: integer('colspan', 1),
  rowSpan: integer('rowspan', 1),
  headers: text('headers'),
  cellIndex: position('tr', 'th,td', -1),
};
