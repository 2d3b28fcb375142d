import { check, group, sleep } from 'k6';
import http from 'k6/http';
function retry(times, run) {
  for (let i = 0; i < times; i++) {
    const result = run(i);
    if (result.status === 200) return result;
  }
}
const measured =
  (run) =>
  (...values) => {
    const result = run(...values);
    return { result };
  };
export default function () {
  check(
    retry(3, () => http.get(__ENV.BASE_URL + '/flaky?key=a')),
    { 'third time works': (r) => r.status === 200 },
  );
  check(measured((path) => http.get(__ENV.BASE_URL + path))('/items').result, {
    wrapped: (r) => r.status === 200,
  });
  group('in a group', () => sleep(0.001));
}
