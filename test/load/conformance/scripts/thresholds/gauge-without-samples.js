import { Gauge } from 'k6/metrics';
export const options = { thresholds: { level: ['value<1'] } };
export const level = new Gauge('level');
export default function () {}
