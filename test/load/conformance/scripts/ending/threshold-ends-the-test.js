import { Counter } from 'k6/metrics';
import { sleep } from 'k6';
export const options = {
  vus: 1,
  duration: '20s',
  thresholds: { bad: [{ threshold: 'count<1', abortOnFail: true }] },
};
const bad = new Counter('bad');
export default function () {
  bad.add(1);
  sleep(30);
}
