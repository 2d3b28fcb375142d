import http from 'k6/http';
import { echoed, show } from '../lib/json.js';
export default function () {
  const r = echoed(http, {
    list: [
      { s: 'abc', t: true },
      { s: 'abd', t: false },
      { s: 'x', n: null },
    ],
    words: ['one', 'two', 'three'],
  });
  show(r, [
    'list.#(s%"ab*")#.s',
    'list.#(s!%"ab*")#.s',
    'list.#(t==true)#.s',
    'list.#(t)#.s',
    'words.#(=="two")',
    'words.#(%"t*")#',
    'list.#(t==~false)#.s',
    'list.#(n==~null)#.s',
    'words.#(>"o")#',
  ]);
}
