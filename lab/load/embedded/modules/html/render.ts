import type { CheerioAPI } from 'cheerio';

/** A node of a parsed page. */
export type HtmlNode = ReturnType<ReturnType<CheerioAPI['root']>['contents']>[number];

const VOID = new Set(
  'area base br col embed hr img input keygen link meta param source track wbr'.split(' '),
);
/** Elements whose text is not escaped. */
const RAW = new Set('iframe noembed noframes noscript plaintext script style xmp'.split(' '));
/** Elements in which the parser drops a first line break. */
const DROPS_NEWLINE = new Set(['pre', 'listing', 'textarea']);

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  "'": '&#39;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  '\r': '&#13;',
};
const escaped = (text: string) => text.replace(/[&'<>"\r]/g, (character) => ENTITIES[character]!);

/** The HTML of the nodes inside a node, as Go's html.Render writes it. */
export function innerHtml(node: HtmlNode): string {
  return 'children' in node ? node.children.map(outerHtml).join('') : '';
}

function outerHtml(node: HtmlNode): string {
  switch (node.type) {
    case 'text':
      return isRaw(node.parent) ? node.data : escaped(node.data);
    case 'comment':
      return `<!--${node.data}-->`;
    case 'directive':
      return `<${node.data}>`;
    default:
      return 'attribs' in node ? elementHtml(node) : innerHtml(node);
  }
}

const isRaw = (parent: HtmlNode | null) => parent !== null && 'name' in parent && RAW.has(parent.name);

function elementHtml(node: HtmlNode & { name: string; attribs: Record<string, string> }): string {
  const { name, attribs } = node;
  const attributes = Object.entries(attribs).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const open = `<${name}${attributes.join('')}`;
  if (VOID.has(name)) return `${open}/>`;
  const content = innerHtml(node);
  const newline = DROPS_NEWLINE.has(name) && content.startsWith('\n') ? '\n' : '';
  return `${open}>${newline}${content}</${name}>`;
}
