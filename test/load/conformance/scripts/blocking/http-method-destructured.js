import { check } from 'k6';
import http from 'k6/http';
const verb = 'get';
const { [verb]: send } = http;
export default function () {
  check(send(__ENV.BASE_URL + '/items'), { 'status is 200': (r) => r.status === 200 });
}
