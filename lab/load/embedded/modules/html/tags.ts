import {
  address,
  all,
  always,
  attribute,
  autocomplete,
  CELL,
  crossOrigin,
  ENCODINGS,
  FIELD,
  flag,
  form,
  INPUTS,
  integer,
  labels,
  LINK,
  MEDIA,
  MODIFICATION,
  oneOf,
  position,
  type Read,
  type Reads,
  referrerPolicy,
  SECTION,
  size,
  text,
  textContent,
  top,
  valueOrHtml,
  words,
} from './attributes';
import { Element, type Selected } from './element';
import type { HtmlNode } from './render';

const CONTROLS = 'input,select,button,textarea';

const progress =
  (missing: number): Read =>
  (e) => {
    const number = (name: string) => Number.parseFloat(attribute(e, name) ?? '');
    const value = number('value');
    return value >= 0 ? value / (number('max') >= 0 ? number('max') : 1) : missing;
  };

const chosen = (e: Element) => e.selection().find('option[selected]');
const child =
  (name: string): Read =>
  (e) =>
    e.selection().children(name).get(0);

/** The methods of k6's elements, beyond those of every element. */
const TAGS: Record<string, Reads> = {
  a: LINK,
  area: LINK,
  audio: MEDIA,
  video: MEDIA,
  base: { href: address('href', (e) => e.selection().url), target: text('target') },
  button: {
    ...FIELD,
    accessKey: text('accesskey'),
    autofocus: flag('autofocus'),
    disabled: flag('disabled'),
    tabIndex: integer('tabindex'),
    type: oneOf('type', 'submit', 'button', 'menu', 'reset'),
    value: (e) => valueOrHtml(e.selection()),
  },
  canvas: { width: integer('width', 150), height: integer('height', 150) },
  data: { value: text('value') },
  datalist: { options: all('option') },
  del: MODIFICATION,
  ins: MODIFICATION,
  embed: { ...size, src: text('src'), type: text('type') },
  fieldset: {
    disabled: flag('disabled'),
    name: text('name'),
    form,
    type: always('fieldset'),
    elements: all(CONTROLS),
    validity: () => undefined,
  },
  form: {
    action: address('action'),
    name: text('name'),
    target: text('target'),
    enctype: oneOf('enctype', ...ENCODINGS),
    encoding: oneOf('enctype', ...ENCODINGS),
    acceptCharset: text('accept-charset'),
    autocomplete,
    noValidate: flag('novalidate'),
    elements: all(`${CONTROLS},fieldset`),
    length: (e) => e.selection().find(`${CONTROLS},fieldset`).size(),
    method: oneOf('method', 'get', 'post'),
  },
  iframe: {
    ...size,
    allowfullscreen: flag('allowfullscreen'),
    referrerPolicy,
    name: text('name'),
    src: address('src'),
  },
  img: {
    currentSrc: address('src'),
    src: address('src'),
    sizes: text('sizes'),
    srcset: text('srcset'),
    alt: text('alt'),
    crossOrigin,
    height: integer('height'),
    width: integer('width'),
    isMap: flag('ismap'),
    name: text('name'),
    useMap: text('usemap'),
    referrerPolicy,
  },
  input: {
    ...FIELD,
    ...size,
    tabIndex: integer('tabindex'),
    type: oneOf('type', ...INPUTS.split(' ')),
    disabled: flag('disabled'),
    autofocus: flag('autofocus'),
    required: flag('required'),
    value: text('value'),
    defaultValue: text('value'),
    checked: flag('checked'),
    defaultChecked: flag('checked'),
    alt: text('alt'),
    src: address('src'),
    accept: text('accept'),
    autocomplete,
    maxLength: integer('maxlength', -1),
    size: integer('size'),
    pattern: text('pattern'),
    placeholder: text('placeholder'),
    readonly: flag('readonly'),
    min: text('min'),
    max: text('max'),
    dirName: text('dirname'),
    accessKey: text('accesskey'),
    multiple: flag('multiple'),
    step: text('step'),
    list(e) {
      const id = attribute(e, 'list');
      const without = ['hidden', 'checkbox', 'radio', 'file', 'button'];
      if (!id || without.includes(attribute(e, 'type') ?? '')) return undefined;
      return top(e).find(`datalist[id="${id}"]`).get(0);
    },
  },
  keygen: {
    autofocus: flag('autofocus'),
    challenge: text('challenge'),
    disabled: flag('disabled'),
    keytype: oneOf('keytype', 'RSA', 'DSA', 'EC'),
    name: text('name'),
    type: always('keygen'),
    form,
    labels,
  },
  label: {
    htmlFor: text('for'),
    form,
    control: (e) =>
      e.hasAttribute('for')
        ? top(e)
            .find(`#${attribute(e, 'for')}`)
            .get(0)
        : undefined,
  },
  legend: { accessKey: text('accesskey'), form },
  li: {
    value: integer('value'),
    type: oneOf('type', '', '1', 'a', 'A', 'i', 'I', 'disc', 'square', 'circle'),
  },
  link: {
    crossOrigin,
    referrerPolicy,
    href: address('href'),
    hreflang: text('hreflang'),
    media: text('media'),
    rel: text('rel'),
    relList: words('rel'),
    target: text('target'),
    type: text('type'),
  },
  map: {
    name: text('name'),
    areas: all('area'),
    images(e) {
      const name = attribute(e, 'id');
      return name === undefined ? [] : top(e).find(`img[usemap="#${name}"],object[usemap="#${name}"]`).get();
    },
  },
  meta: {
    content: text('content'),
    name: text('name'),
    httpEquiv: oneOf('http-equiv', 'content-type', 'default-style', 'refresh'),
  },
  meter: {
    min: integer('min'),
    max: integer('max'),
    high: integer('high'),
    low: integer('low'),
    optimum: integer('optimum'),
    labels,
  },
  object: {
    ...size,
    data: address('data'),
    name: text('name'),
    type: text('type'),
    tabIndex: integer('tabindex'),
    typeMustMatch: flag('typemustmatch'),
    useMap: text('usemap'),
    form,
  },
  ol: {
    reversed: flag('reversed'),
    start: integer('start'),
    type: oneOf('type', '1', 'a', 'A', 'i', 'I'),
  },
  optgroup: { disabled: flag('disabled'), label: text('label') },
  option: {
    defaultSelected: flag('selected'),
    selected: flag('selected'),
    disabled: (e) =>
      e.hasAttribute('disabled') || e.selection().parents('optgroup').attr('disabled') !== undefined,
    form: (e) => e.selection().parents('form').first().get(0),
    index: position('select,datalist', 'option', 0),
    label: (e) => attribute(e, 'label') ?? e.textContent(),
    text: textContent,
    value: (e) => valueOrHtml(e.selection()),
  },
  output: {
    htmlFor: text('for'),
    name: text('name'),
    type: always('output'),
    form,
    labels,
    value: textContent,
    defaultValue: textContent,
  },
  param: { name: text('name'), value: text('value') },
  pre: { name: text('name'), value: text('value') },
  progress: {
    max: (e) => Math.max(Number.parseFloat(attribute(e, 'max') ?? ''), 0) || 1,
    value: progress(0),
    position: progress(-1),
    labels,
  },
  quote: { cite: text('cite') },
  script: {
    crossOrigin: text('crossorigin'),
    type: text('type'),
    src: address('src'),
    charset: text('charset'),
    async: flag('async'),
    defer: flag('defer'),
    noModule: flag('nomodule'),
    text: textContent,
  },
  select: {
    autofocus: flag('autofocus'),
    disabled: flag('disabled'),
    multiple: flag('multiple'),
    name: text('name'),
    required: flag('required'),
    tabIndex: integer('tabindex'),
    form,
    labels,
    length: (e) => e.selection().find('option').size(),
    options: all('option'),
    selectedIndex: (e) => (chosen(e).size() === 0 ? -1 : e.selection().find('option').index(chosen(e))),
    selectedOptions: all('option[selected]'),
    size: (e) => (e.hasAttribute('multiple') ? 4 : 1),
    type: (e) => (e.hasAttribute('multiple') ? 'select-multiple' : 'select'),
    value: (e) => (chosen(e).size() === 0 ? '' : valueOrHtml(chosen(e).first())),
  },
  source: {
    keySystem: text('keysystem'),
    media: text('media'),
    sizes: text('sizes'),
    src: address('src'),
    srcset: text('srcset'),
    type: text('type'),
  },
  style: { media: text('media'), type: (e) => attribute(e, 'type') || 'text/css' },
  table: {
    sortable: flag('sortable'),
    caption: child('caption'),
    tHead: child('thead'),
    tFoot: child('tfoot'),
    rows: all('tr'),
    tBodies: all('tbody'),
  },
  thead: SECTION,
  tbody: SECTION,
  tfoot: SECTION,
  tr: {
    cells: all('th,td'),
    rowIndex: position('table', 'tr', -1),
    sectionRowIndex: position('thead,tbody,tfoot', 'tr', -1),
  },
  col: { span: (e) => Math.max(integer('span', 1)(e) as number, 1) },
  td: CELL,
  th: {
    ...CELL,
    abbr: text('abbr'),
    scope: oneOf('scope', '', 'row', 'col', 'colgroup', 'rowgroup'),
    sorted: flag('sorted'),
  },
  textarea: {
    type: always('textarea'),
    value: text('value'),
    defaultValue: text('value'),
    placeholder: text('placeholder'),
    rows: integer('rows'),
    cols: integer('cols'),
    maxLength: integer('maxlength'),
    tabIndex: integer('tabindex'),
    accessKey: text('accesskey'),
    readOnly: flag('readonly'),
    required: flag('required'),
    autocomplete,
    autocapitalize: oneOf('autocapitalize', 'sentences', 'none', 'off', 'characters', 'words'),
    wrap: oneOf('wrap', 'soft', 'hard', 'off'),
    form,
    labels,
    length: (e) => (attribute(e, 'value') ?? '').length,
  },
  time: { datetime: text('datetime') },
  title: { text: textContent },
  track: {
    kind: oneOf('kind', 'subtitle', 'captions', 'descriptions', 'chapters', 'metadata'),
    src: address('src'),
    srclang: text('srclang'),
    label: text('label'),
    default: flag('default'),
  },
  ul: { type: text('type') },
};

const classes = new Map<string, typeof Element>();

/** The element of a node, with the methods of its tag. */
export function elementOf(node: HtmlNode, selection: Selected): Element {
  const tag = 'name' in node ? node.name : '';
  if (!Object.hasOwn(TAGS, tag)) return new Element(node, selection);
  const known = classes.get(tag) ?? classOf(TAGS[tag]!);
  classes.set(tag, known);
  return new known(node, selection);
}

function classOf(reads: Reads): typeof Element {
  class TagElement extends Element {}
  for (const [name, read] of Object.entries(reads)) {
    Object.defineProperty(TagElement.prototype, name, {
      value(this: Element) {
        return read(this);
      },
    });
  }
  return TagElement;
}
