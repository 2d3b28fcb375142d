import { Counter } from 'k6/metrics';
export const options = { thresholds: { made: ['count>0'] } };
export const made = new Counter('made');
export default function () {}
