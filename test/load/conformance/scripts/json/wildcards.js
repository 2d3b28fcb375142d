import http from 'k6/http';
import { echoed, show } from '../lib/json.js';
export default function () {
  const r = echoed(http, { children: { alex: 1, jack: 2 }, 'a*b': 3, 'x.y': 4 });
  show(r, ['child*.jack', 'children.?lex', 'children.j*', 'a\\*b', 'x\\.y', 'none*']);
}
