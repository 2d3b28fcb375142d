import { check } from 'k6';
import * as api from '../lib/api.js';
const name = ['lo', 'ad'].join('');
export default function () {
  check(api[name]('/items'), { 'status is 200': (r) => r.status === 200 });
}
