import { check } from 'k6';
import http from 'k6/http';
function run(f) {
  return f();
}
const each = (list, f) => {
  const results = [];
  for (const item of list) results.push(f(item));
  return results;
};
const tools = {
  prefix: __ENV.BASE_URL,
  twice(f) {
    return [f(this.prefix), f(this.prefix)];
  },
};
const data = run(() => [1, 2]);
const doubled = each(data, (n) => 2 * n);
const prefixes = tools.twice((prefix) => typeof prefix);
export default function () {
  console.log(data.length, doubled.join(), prefixes.join());
  check(
    run(() => http.get(__ENV.BASE_URL + '/items')),
    { 'one works': (r) => r.status === 200 },
  );
  check(
    each(['/items', '/profile'], (path) => http.get(__ENV.BASE_URL + path)),
    { 'each works': (all) => all.every((r) => r.status === 200) },
  );
  check(
    tools.twice((prefix) => http.get(prefix + '/items')),
    { 'twice works': (all) => all.length === 2 && all.every((r) => r.status === 200) },
  );
}
