import { DOMParser, type Element } from '@xmldom/xmldom';

/** The shape of a document without its words, and its words. */
export interface Outline {
  shape: string[];
  words: string;
}

interface MarkdownNode {
  type: string;
  literal: string | null;
}

interface CommonMark {
  Parser: new () => {
    parse(text: string): { walker(): { next(): { entering: boolean; node: MarkdownNode } | null } };
  };
}

/** The outline as CommonMark parses it. Adjacent texts count as one. */
export function outlineOfMarkdown(text: string): Outline {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it comes without types
  const { Parser } = require('commonmark') as CommonMark;
  const walker = new Parser().parse(text).walker();
  const shape: string[] = [];
  let words = '';
  for (let step = walker.next(); step; step = walker.next()) {
    const { type, literal } = step.node;
    words += literal ?? (type === 'softbreak' ? '\n' : '');
    const name = `${step.entering ? '' : '/'}${type}`;
    if (!(type === 'text' && shape.at(-1) === 'text')) shape.push(name);
  }
  return { shape, words };
}

/** @throws Error if the text is not an XML document. */
export function parseXml(text: string): Element {
  const parser = new DOMParser({
    onError: (_, message) => {
      throw new Error(message);
    },
  });
  return parser.parseFromString(text, 'text/xml').documentElement as Element;
}

export const childrenOf = (element: Element): Element[] =>
  Array.from(element.childNodes).filter((node): node is Element => node.nodeType === 1);
