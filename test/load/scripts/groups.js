/* global __ENV, __ITER, __VU */
import http from 'k6/http';
import { check, group, sleep } from 'k6';

export const options = { iterations: 2 };
const BASE = __ENV.BASE_URL;

export default function () {
  const seen = group('shop', function () {
    const list = http.get(`${BASE}/items`);
    check(list, { 'list is 200': (r) => r.status === 200, 'list has items': (r) => r.json('items.#') === 3 });
    group('detail', () => {
      const first = list.json('items.0.id');
      const item = http.get(`${BASE}/items/${first}`, { tags: { name: 'item' } });
      check(item, { 'item is the first': (r) => r.json().id === first }, { kind: 'detail' });
    });
    return list.json().items.length;
  });
  console.log('seen', seen, __VU, __ITER);
  sleep(0.01);
}
