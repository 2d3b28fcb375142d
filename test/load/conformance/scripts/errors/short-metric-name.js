import { Counter } from 'k6/metrics';
new Counter('x');
export default function () {}
