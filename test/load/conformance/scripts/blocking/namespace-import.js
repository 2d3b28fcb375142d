import { check } from 'k6';
import * as api from '../lib/api.js';
export default function () {
  check(api.load('/items'), { 'status is 200': (r) => r.status === 200 });
}
