import { check } from 'k6';
import * as first from '../lib/api.js';
import * as second from '../lib/other-api.js';
const chosen = __ENV.NO_SUCH_VARIABLE ? first : second;
export default function () {
  check(chosen.load('/items'), { 'status is 200': (r) => r.status === 200 });
}
