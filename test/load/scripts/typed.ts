import { check, sleep } from 'k6';
import http, { type RefinedResponse } from 'k6/http';
import { Options } from 'k6/options';
import { type User, Role, nameOf } from './lib/types.ts';

export const options: Options = { iterations: 1 };

interface Visitor {
  visit(path: string): RefinedResponse<'text'>;
}

class Browser implements Visitor {
  constructor(private readonly base: string) {}

  visit(path: string) {
    return http.get(this.base + path, { responseType: 'text' });
  }
}

export default function (): void {
  const browser: Visitor = new Browser(__ENV.BASE_URL!);
  const user = { id: 1, role: Role.Admin } satisfies User;
  const response = browser.visit(`/items/${user.id}`)!;
  check(response, { ok: (r) => (r as RefinedResponse<'text'>).status === 200 });
  console.log(nameOf(user), response.json('id'), browser?.visit('/items').json('items.1.id'));
  const none: Visitor | undefined = (globalThis as { nothing?: Visitor }).nothing;
  console.log(none?.visit('/never').json('a'));
  sleep(0.001);
}
