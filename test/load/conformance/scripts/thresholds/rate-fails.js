import { check } from 'k6';
export const options = { thresholds: { checks: ['rate>0.9'] } };
export default function () {
  check(1, { 'is two': (n) => n === 2 });
}
