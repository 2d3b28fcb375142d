import http from 'k6/http';
export const options = {
  scenarios: { main: { executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '0s' } },
};
export default function () {
  try {
    http.get(__ENV.BASE_URL + '/slow?ms=20000');
  } finally {
    console.log('finally');
  }
}
