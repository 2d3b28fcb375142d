import http from 'k6/http';
import { echoed, show } from '../lib/json.js';
export default function () {
  const r = echoed(http, { a: null, list: [], t: true });
  show(r, ['a', 'a.b', 'none', 'list.0', 'list.#', 'list.#.x', 't', 'list.-1']);
}
