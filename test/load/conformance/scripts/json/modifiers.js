import http from 'k6/http';
import { echoed, show } from '../lib/json.js';
export default function () {
  const r = echoed(http, { list: [3, [1, 2], 5], o: { a: 1, b: 2 }, text: '{"z":1}' });
  show(r, [
    'list.@reverse',
    'list|@flatten',
    'o.@keys',
    'o|@values',
    '@this.o.a',
    'text.@fromstr.z',
    'o.@tostr',
    'list.@flatten:{"deep":true}.#',
  ]);
}
