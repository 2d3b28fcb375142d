import { Trend } from 'k6/metrics';
export const options = { thresholds: { took: ['p(95)<5', 'max<5'] } };
export const took = new Trend('took');
export default function () {}
