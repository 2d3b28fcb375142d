import http from 'k6/http';
import { echoed, show } from '../lib/json.js';
export default function () {
  const r = echoed(http, { list: [{ a: 1 }, { a: 2 }] });
  show(r, ['list|#', 'list.#.a|0', 'list.#.a|@reverse', 'list|1|a', 'list.1|a', 'list.#|x']);
}
