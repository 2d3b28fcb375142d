import { sleep } from 'k6';
export const options = { stages: [{ duration: '1s', target: 1, name: 'ramp-up' }] };
export default function () {
  console.log('ran');
  sleep(1.2);
}
