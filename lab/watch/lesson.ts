import { Marked } from 'marked';
import { escapeHtml } from './html';

/** Links that work from anywhere. Links between files of the project become plain text. */
const FOLLOWED = /^https?:\/\//;

/** Markdown as HTML. HTML inside the Markdown is shown as text, not interpreted. */
export function lessonHtml(markdown: string): string {
  const marked = new Marked({
    renderer: {
      html: ({ text }) => escapeHtml(text),
      image: ({ text }) => escapeHtml(text),
      heading({ tokens, depth }) {
        // The page's own headings come first.
        const level = Math.min(depth + 2, 6);
        return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
      },
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens);
        return FOLLOWED.test(href) ? `<a href="${escapeHtml(href)}" rel="noreferrer">${text}</a>` : text;
      },
    },
  });
  return marked.parse(markdown, { async: false });
}
