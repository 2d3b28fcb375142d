import { check } from 'k6';
import { api } from '../lib/index.js';
export default function () {
  check(api.load('/items'), { 'status is 200': (r) => r.status === 200 });
}
