import { type Cheerio, load } from 'cheerio';
import { LabError } from '../../../../model/errors';
import { GoError } from '../go-error';
import { inTurn, isThenable } from '../in-turn';
import { goType } from '../go-type';
import { valueOrHtml } from './attributes';
import { Element, type Selected } from './element';
import { type HtmlNode, innerHtml } from './render';
import { dataOf } from './data';
import { elementOf } from './tags';

type Nodes = Cheerio<HtmlNode>;
type Matcher = (index: number, selection: Selection) => unknown;

const SUBMITTABLE = 'input,select,textarea,keygen';
const NOT_SERIALIZED = ['submit', 'button', 'reset', 'image', 'file'];

/** Matches nothing. As in k6, so does a selector that is no CSS. */
const NOTHING = ':not(*)';
const EMPTY_PAGE = load('').root();
/** What cheerio takes from jQuery, and k6 does not know. */
const NO_CSS = /^\s*[>+~]|:(first|last|eq|nth|gt|lt|even|odd)(?![\w-])/;
const validity = new Map<string, boolean>();

function checked(selector: string): string {
  if (!validity.has(selector)) validity.set(selector, isValid(selector));
  return validity.get(selector) ? selector : NOTHING;
}

function isValid(selector: string): boolean {
  try {
    EMPTY_PAGE.find(selector);
    return !NO_CSS.test(selector);
  } catch {
    return false;
  }
}

/** What all selections of a page share. */
export interface Page {
  /** The address of the page; '' when unknown. */
  readonly url: string;
  /** Calls a function of the script. */
  call(run: () => unknown): unknown;
}

/** k6/html's Selection: nodes of a page, in the order of the page. */
export class Selection implements Selected {
  readonly #nodes: Nodes;

  readonly #page: Page;

  constructor(nodes: Nodes, page: Page) {
    this.#nodes = nodes;
    this.#page = page;
  }

  get url(): string {
    return this.#page.url;
  }

  add(other: unknown): Selection {
    return this.#from(this.#nodes.add(this.#given(other)));
  }

  find(what: unknown): Selection {
    return this.#from(this.#nodes.find(this.#given(what)));
  }

  closest(what: unknown): Selection {
    return this.#from(this.#nodes.closest(this.#given(what)) as Nodes);
  }

  has(what: unknown): Selection {
    return this.#from(this.#nodes.has(this.#given(what)));
  }

  not(what: unknown): Selection {
    return this.#from(this.#nodes.not(this.#filter(what, 'not')));
  }

  filter(what: unknown): Selection {
    return this.#from(this.#nodes.filter(this.#filter(what, 'filter')));
  }

  is(what: unknown): boolean {
    return this.#nodes.is(this.#filter(what, 'is'));
  }

  next(selector?: string): Selection {
    return this.#from(this.#nodes.next(this.#optional(selector)));
  }

  nextAll(selector?: string): Selection {
    return this.#from(this.#nodes.nextAll(this.#optional(selector)));
  }

  prev(selector?: string): Selection {
    return this.#from(this.#nodes.prev(this.#optional(selector)));
  }

  prevAll(selector?: string): Selection {
    return this.#from(this.#nodes.prevAll(this.#optional(selector)));
  }

  parent(selector?: string): Selection {
    return this.#from(this.#nodes.parent(this.#optional(selector)));
  }

  parents(selector?: string): Selection {
    return this.#from(this.#nodes.parents(this.#optional(selector)));
  }

  siblings(selector?: string): Selection {
    return this.#from(this.#nodes.siblings(this.#optional(selector)));
  }

  children(selector?: string): Selection {
    return this.#from(this.#nodes.children(this.#optional(selector)));
  }

  contents(): Selection {
    return this.#from(this.#nodes.contents());
  }

  nextUntil(until?: unknown, selector?: string): Selection {
    return this.#from(this.#nodes.nextUntil(this.#until(until), this.#optional(selector)));
  }

  prevUntil(until?: unknown, selector?: string): Selection {
    return this.#from(this.#nodes.prevUntil(this.#until(until), this.#optional(selector)));
  }

  parentsUntil(until?: unknown, selector?: string): Selection {
    return this.#from(this.#nodes.parentsUntil(this.#until(until), this.#optional(selector)));
  }

  size(): number {
    return this.#nodes.length;
  }

  end(): Selection {
    return this.#from(this.#nodes.end() as Nodes);
  }

  eq(index: number): Selection {
    const at = index < 0 ? this.size() + index : index;
    return this.#from(at < 0 ? this.#nodes.slice(0, 0) : this.#nodes.slice(at, at + 1));
  }

  first(): Selection {
    return this.eq(0);
  }

  last(): Selection {
    return this.eq(-1);
  }

  slice(start: number, end?: number): Selection {
    return this.#from(this.#nodes.slice(start, end));
  }

  text(): string {
    return this.#nodes.text();
  }

  html(): string | undefined {
    const [node] = this.#nodes;
    return node ? innerHtml(node) : '';
  }

  attr(name: string, missing?: unknown): unknown {
    const [node] = this.#nodes;
    const has = node && 'attribs' in node && Object.hasOwn(node.attribs, name);
    return has ? node.attribs[name] : missing;
  }

  val(): unknown {
    const [node] = this.#nodes;
    switch (node && 'name' in node ? node.name : '') {
      case 'input':
        return this.attr('value', ['radio', 'checkbox'].includes(this.attr('type') as string) ? 'on' : '');
      case 'button':
        return this.attr('value', '');
      case 'textarea':
        return this.html();
      case 'option':
        return valueOrHtml(this);
      case 'select':
        return this.#chosen();
      default:
        return undefined;
    }
  }

  #chosen(): string | string[] {
    const chosen = this.first().find('option[selected]');
    return this.attr('multiple') === undefined ? valueOrHtml(chosen) : chosen.toArray().map(valueOrHtml);
  }

  data(name?: string): unknown {
    const [node] = this.#nodes;
    return node && 'attribs' in node ? dataOf(node.attribs, name) : undefined;
  }

  /** A callback that blocks makes it return a promise. */
  each(run: (index: number, element: Element) => unknown): Selection | Promise<Selection> {
    if (typeof run !== 'function') throw new GoError('the argument to each() must be a function');
    const elements = this.get();
    const results = inTurn(elements.length, (index) => this.#page.call(() => run(index, elements[index]!)));
    return isThenable(results) ? results.then(() => this) : this;
  }

  /** Leaves out the results of callbacks that throw. A callback that blocks makes it return a promise. */
  map(run: Matcher): unknown[] | Promise<unknown[]> {
    if (typeof run !== 'function') throw new GoError('the argument to map() must be a function');
    const items = this.toArray();
    const values: unknown[] = [];
    const collected = inTurn(items.length, (index) => {
      const failed = () => undefined;
      try {
        const value = this.#page.call(() => run(index, items[index]!));
        if (isThenable(value)) return value.then((result) => values.push(result), failed);
        values.push(value);
      } catch {
        failed();
      }
      return undefined;
    });
    return isThenable(collected) ? collected.then(() => values) : values;
  }

  get(): Element[];
  get(index: number): Element | undefined;
  get(index?: number): Element | Element[] | undefined {
    const element = (node: HtmlNode) => elementOf(node, this.wrap(node));
    if (index === undefined) return this.#nodes.toArray().map(element);
    const node = Math.abs(index) < this.size() ? this.#nodes.get(index) : undefined;
    return node && element(node);
  }

  toArray(): Selection[] {
    return this.#nodes.toArray().map((node) => this.wrap(node));
  }

  index(of?: unknown): number {
    if (of === undefined) return this.#nodes.index();
    if (typeof of === 'string') return this.#nodes.index(checked(of));
    if (of instanceof Selection) return of.size() === 0 ? -1 : this.#nodes.index(of.#nodes);
    return of instanceof Element ? this.#nodes.toArray().indexOf(Element.nodeOf(of)) : -1;
  }

  serializeArray(): { name: string; value: unknown }[] {
    const fields = this.is('form') ? this.find(SUBMITTABLE) : this.filter(SUBMITTABLE);
    return fields
      .toArray()
      .filter(isSerialized)
      .map((field) => ({ name: field.attr('name') as string, value: field.val() }));
  }

  serializeObject(): Record<string, unknown> {
    return Object.fromEntries(this.serializeArray().map(({ name, value }) => [name, value]));
  }

  /** Like Go's url.Values.Encode, sorts the fields by name. */
  serialize(): string {
    const fields = Object.entries(this.serializeObject()).sort(([a], [b]) => (a < b ? -1 : 1));
    const pairs = fields.flatMap(([name, value]) =>
      [value].flat().map((item): [string, string] => [name, String(item)]),
    );
    return new URLSearchParams(pairs).toString();
  }

  wrap(node: HtmlNode): Selection {
    return this.#from(this.#nodes.slice(0, 0).add(node));
  }

  #from(nodes: Nodes): Selection {
    return new Selection(nodes, this.#page);
  }

  /**
   * The argument of a method that takes a selector, a selection or an element. Cheerio takes them all, but its
   * types differ from method to method.
   */
  #given(what: unknown): string {
    if (typeof what === 'string') return checked(what);
    if (what instanceof Selection) return what.#nodes as unknown as string;
    if (what instanceof Element) return Element.nodeOf(what) as unknown as string;
    throw new GoError(`invalid argument, cannot use a '${goType(what)}' as a selector`);
  }

  #filter(what: unknown, method: string): string {
    if (typeof what === 'function') {
      const matches = (index: number, node: HtmlNode) => {
        const result = this.#page.call(() => (what as Matcher)(index, this.wrap(node)));
        if (isThenable(result)) throw blockingMatcher(method);
        return Boolean(result);
      };
      return matches as unknown as string;
    }
    if (method === 'not' || typeof what === 'string' || what instanceof Selection) return this.#given(what);
    throw new GoError(`the argument to ${method}() must be a function, a selector or a selection`);
  }

  #optional(selector: string | undefined): string | undefined {
    return selector === undefined ? undefined : checked(String(selector));
  }

  #until(until: unknown): string | undefined {
    return until === undefined || until === null ? undefined : this.#given(until);
  }
}

function isSerialized(field: Selection): boolean {
  const attribute = (name: string) => field.attr(name, '') as string;
  const type = attribute('type');
  if (attribute('name') === '' || attribute('disabled') === 'disabled') return false;
  if (NOT_SERIALIZED.includes(type)) return false;
  return attribute('checked') === 'checked' || (type !== 'checkbox' && type !== 'radio');
}

function blockingMatcher(method: string): LabError {
  return new LabError(
    `a function that blocks is not supported in ${method}() of a selection`,
    'usage',
    'Collect the elements with toArray(), and use a for...of loop.',
  );
}

/** k6/html */
export function parseHTML(text: unknown, page: Page): Selection {
  return new Selection(load(String(text)).root() as Nodes, page);
}
