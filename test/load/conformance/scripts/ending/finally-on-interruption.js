import { sleep } from 'k6';
export const options = {
  scenarios: { main: { executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '0s' } },
};
export default function () {
  try {
    sleep(30);
  } finally {
    console.log('finally');
  }
}
