import http from 'k6/http';
import { echoed, show } from '../lib/json.js';
export default function () {
  const r = echoed(http, {
    list: [
      { nets: ['ig', 'fb'], a: { b: 1 } },
      { nets: ['tw'], a: { b: 2 } },
    ],
  });
  show(r, [
    'list.#(nets.#(=="fb")).a.b',
    'list.#(a.b==2).nets',
    'list.#.nets',
    'list.#.nets.0',
    'list.#.nets.#',
    'list.#.a.b',
  ]);
}
