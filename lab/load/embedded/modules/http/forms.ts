import { GoError } from '../go-error';
import type { Selection } from '../html/selection';
type Params = Record<string, unknown> | undefined;

/** The response that holds the form or the link. */
interface Page {
  readonly url: string;
  html(selector: string): Selection;
}

/** The arguments of http.request. */
export type Request = [method: string, url: string, body: unknown, params: unknown];

/** The request that Response.submitForm() sends. */
export function formRequest(page: Page, options: Params): Request {
  const {
    formSelector = 'form',
    submitSelector = '[type="submit"]',
    fields = {},
    params = null,
  } = (options ?? {}) as {
    formSelector?: string;
    submitSelector?: string;
    fields?: object;
    params?: unknown;
  };
  const form = page.html(formSelector);
  if (form.size() === 0)
    throw new GoError(`no form found for selector '${formSelector}' in response '${page.url}'`);
  const method = (form.attr('method', 'GET') as string).toUpperCase();
  const url = new URL(form.attr('action', page.url) as string, page.url);
  const own = form.serializeObject();
  const values = {
    ...(method === 'GET' ? own : mapValues(own, goList)),
    ...submitted(form.find(submitSelector)),
    ...fields,
  };
  if (method !== 'GET') return [method, url.href, values, params];
  const sorted = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  url.search = new URLSearchParams(
    sorted.map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return [method, url.href, null, params];
}

/** Like k6, sends the values of a select with several as one, such as "[a b]". */
const goList = (value: unknown) => (Array.isArray(value) ? `[${value.join(' ')}]` : value);

const mapValues = (values: Record<string, unknown>, convert: (value: unknown) => unknown) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, convert(value)]));

/** The name and value of the button that submits the form. */
function submitted(button: Selection): Record<string, unknown> {
  const name = button.attr('name') as string | undefined;
  const value = button.val();
  return name === undefined || value === undefined ? {} : { [name]: value };
}

/** The request that Response.clickLink() sends. */
export function linkRequest(page: Page, options: Params): Request {
  const { selector = 'a[href]', params = null } = (options ?? {}) as { selector?: string; params?: unknown };
  const link = page.html(selector);
  if (link.size() === 0)
    throw new GoError(`no element found for selector '${selector}' in response '${page.url}'`);
  const href = link.attr('href') as string | undefined;
  if (href === undefined) {
    throw new GoError(
      `no valid href attribute value found on element '${selector}' in response '${page.url}'`,
    );
  }
  return ['GET', new URL(href, page.url).href, null, params];
}
