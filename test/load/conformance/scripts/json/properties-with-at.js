import http from 'k6/http';
import { echoed, show } from '../lib/json.js';
export default function () {
  const r = echoed(http, { '@id': 'x', o: { '@type': 'y' }, constructor: 1 });
  show(r, ['@id', 'o.@type', 'constructor', 'o.constructor', '']);
}
