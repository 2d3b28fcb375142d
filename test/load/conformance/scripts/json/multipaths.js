import http from 'k6/http';
import { echoed, show } from '../lib/json.js';
export default function () {
  const r = echoed(http, { a: 1, b: { c: 2, d: [3, 4] } });
  show(r, ['[a,b.c]', '{a,"see":b.c}', '{a,b.c}', 'b.[c,d.1]', '[a,none]', '{b.d.#}']);
}
