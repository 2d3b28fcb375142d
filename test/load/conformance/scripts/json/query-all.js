import http from 'k6/http';
import { echoed, show } from '../lib/json.js';
export default function () {
  const r = echoed(http, {
    list: [
      { id: 1, n: 'a' },
      { id: 2, n: 'b' },
      { id: 3, n: 'b' },
    ],
  });
  show(r, [
    'list.#(n=="b")#.id',
    'list.#(n=="b")#',
    'list.#(n=="b")#|#',
    'list.#(n=="x")#',
    'list.#(id>=2)#|0.n',
    'list.#(n!="b")#.id',
  ]);
}
