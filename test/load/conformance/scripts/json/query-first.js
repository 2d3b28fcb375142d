import http from 'k6/http';
import { echoed } from '../lib/json.js';
export default function () {
  const r = echoed(http, {
    list: [
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ],
  });
  console.log(r.json('list.#(name=="b").id'), r.json('list.#(id>1).name'), r.json('list.#(id>5).name'));
}
