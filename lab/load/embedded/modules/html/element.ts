import type { HtmlNode } from './render';

/** What an element needs of the selection that contains only it. */
export interface Selected {
  readonly url: string;
  find(selector: string): Selected;
  closest(selector: string): Selected;
  parents(selector?: string): Selected;
  parent(): Selected;
  children(selector?: string): Selected;
  contents(): Selected;
  next(): Selected;
  prev(): Selected;
  first(): Selected;
  last(): Selected;
  add(other: unknown): Selected;
  is(selector: string): boolean;
  index(of?: unknown): number;
  size(): number;
  attr(name: string): unknown;
  text(): string;
  html(): string | undefined;
  /** The first node as an Element; undefined in an empty selection. */
  get(index: number): Element | undefined;
  get(): Element[];
  /** A selection of another node of the same page. */
  wrap(node: HtmlNode): Selected;
}

const NODE_TYPES: Record<string, number> = { text: 3, comment: 8, root: 9, directive: 10 };
const XHTML = 'http://www.w3.org/1999/xhtml';

/** k6/html's Element. Its values are methods, as in k6. */
export class Element {
  readonly #node: HtmlNode;
  readonly #selection: Selected;

  constructor(node: HtmlNode, selection: Selected) {
    this.#node = node;
    this.#selection = selection;
  }

  /** Like k6, compares with an element only if its tag has no methods of its own. */
  static #comparable(other: unknown): Element | undefined {
    return other instanceof Element && other.constructor === Element ? other : undefined;
  }

  /** The node itself. Not part of k6's interface. */
  static nodeOf(element: Element): HtmlNode {
    return element.#node;
  }

  get #attributes(): Record<string, string> {
    return 'attribs' in this.#node ? this.#node.attribs : {};
  }

  selection() {
    return this.#selection;
  }

  getAttribute(name: string) {
    return this.#selection.attr(name);
  }
  hasAttribute(name: string) {
    return Object.hasOwn(this.#attributes, name);
  }
  hasAttributes() {
    return Object.keys(this.#attributes).length > 0;
  }
  getAttributeNode(name: string) {
    return this.hasAttribute(name) ? new Attribute(this, name, this.#attributes[name]!) : undefined;
  }
  attributes() {
    return Object.fromEntries(
      Object.entries(this.#attributes).map(([name, value]) => [name, new Attribute(this, name, value)]),
    );
  }

  id() {
    return this.#attributes.id ?? '';
  }
  className() {
    return this.#selection.attr('class');
  }
  classList() {
    return (this.#attributes.class ?? '').split(/\s+/).filter(Boolean);
  }
  lang() {
    return this.#selection.attr('lang');
  }

  textContent() {
    return this.#selection.text();
  }
  innerHTML() {
    return this.#selection.html();
  }

  nodeName(): string {
    const node = this.#node;
    if ('name' in node && node.type !== 'directive') return node.name;
    if (node.type === 'directive')
      return node.name.replace(/^!/, '').toLowerCase() === 'doctype' ? 'html' : node.name;
    return node.type === 'root' ? '#document' : `#${node.type}`;
  }

  nodeType() {
    return NODE_TYPES[this.#node.type] ?? 1;
  }

  nodeValue(): string | undefined {
    const { type } = this.#node;
    return type === 'text' || type === 'comment' ? this.#selection.text() : undefined;
  }

  toString(): string {
    return this.nodeType() === 1 ? '[object html.Node]' : `[object ${this.nodeName()}]`;
  }

  firstChild() {
    return this.#wrapped(this.#children[0]);
  }
  lastChild() {
    return this.#wrapped(this.#children.at(-1));
  }
  previousSibling() {
    return this.#wrapped(this.#node.prev);
  }
  nextSibling() {
    return this.#wrapped(this.#node.next);
  }
  parentNode() {
    return this.#wrapped(this.#node.parent);
  }
  ownerDocument() {
    return this.#wrapped(rootOf(this.#node));
  }
  hasChildNodes() {
    return this.#children.length > 0;
  }
  childNodes() {
    return this.#selection.contents().get();
  }

  firstElementChild() {
    return this.#selection.children().first().get(0);
  }
  lastElementChild() {
    return this.#selection.children().last().get(0);
  }
  previousElementSibling() {
    return this.#selection.prev().get(0);
  }
  nextElementSibling() {
    return this.#selection.next().get(0);
  }
  parentElement() {
    return this.#selection.parent().get(0);
  }
  children() {
    return this.#selection.children().get();
  }
  childElementCount() {
    return this.#selection.children().size();
  }

  querySelector(selector: string) {
    return this.#selection.find(selector).get(0);
  }
  querySelectorAll(selector: string) {
    return this.#selection.find(selector).get();
  }
  getElementsByClassName(name: string) {
    return this.#selection.find(`.${name}`).get();
  }
  getElementsByTagName(name: string) {
    return this.#selection.find(name).get();
  }
  matches(selector: string) {
    return this.#selection.is(selector);
  }

  isEqualNode(other: unknown) {
    return Element.#comparable(other)?.innerHTML() === this.innerHTML();
  }
  isSameNode(other: unknown) {
    const element = Element.#comparable(other);
    return element !== undefined && element.#node === this.#node;
  }

  contains(other: unknown): boolean {
    const element = Element.#comparable(other);
    for (let node = element && element.#node.parent; node; node = node.parent)
      if (node === this.#node) return true;
    return false;
  }

  namespaceURI() {
    return XHTML;
  }
  isDefaultNamespace() {
    return true;
  }

  get #children(): HtmlNode[] {
    return 'children' in this.#node ? this.#node.children : [];
  }

  #wrapped(node: HtmlNode | null | undefined): Element | undefined {
    return node ? this.#selection.wrap(node).get(0) : undefined;
  }
}

function rootOf(node: HtmlNode): HtmlNode {
  let root = node;
  while (root.parent) root = root.parent;
  return root;
}

/** The result of Element.attributes() and getAttributeNode(). */
class Attribute {
  readonly #owner: Element;

  constructor(
    owner: Element,
    readonly name: string,
    readonly value: string,
  ) {
    this.#owner = owner;
  }

  get owner_element(): Element {
    return this.#owner;
  }

  prefix() {
    return '';
  }
  namespaceURI() {
    return XHTML;
  }
  localName() {
    return this.name;
  }
}
