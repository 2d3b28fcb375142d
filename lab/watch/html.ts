import { createHash } from 'node:crypto';
import type { PageEvent } from './protocol';

/** The page's own program and style, as the build makes them. */
export interface Assets {
  script: string;
  style: string;
}

/** Allows nothing that is not listed. */
const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'";

/** For a page whose program and style the server sends as separate files. */
export const SERVED_POLICY = `${NOTHING}; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'`;

export function servedPage(): string {
  return page(
    'Backend Under Load',
    '<link rel="stylesheet" href="page.css">',
    '<script src="page.js" defer></script>',
  );
}

/** One file with everything in it. The policy allows this program, this style and no network at all. */
export function standalonePage(title: string, events: PageEvent[], { script, style }: Assets): string {
  // HTML gives these a meaning even inside the program's own texts.
  const program = script.replace(/<(?=\/script|script|!--)/gi, '\\x3c');
  const policy = `${NOTHING}; script-src ${sha256(program)}; style-src ${sha256(style)}; img-src data:`;
  const head = `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">\n<style>${style}</style>`;
  const data = `<script type="application/json" id="events">${jsonInHtml(events)}</script>`;
  return page(title, head, `${data}\n<script>${program}</script>`);
}

function page(title: string, head: string, end: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
${head}
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
</head>
<body>
<div id="page"><noscript>This page draws its charts with JavaScript. \`npx lab report\` prints the verdict without it.</noscript></div>
${end}
</body>
</html>
`;
}

/** JSON that can neither end the element around it nor start another one. */
export function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const ENTITY: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (found) => ENTITY[found] as string);
}

function sha256(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
