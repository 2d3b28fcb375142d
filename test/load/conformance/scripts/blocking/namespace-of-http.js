import { check } from 'k6';
import * as http from 'k6/http';
export default function () {
  check(http.get(__ENV.BASE_URL + '/items'), { 'status is 200': (r) => r.status === 200 });
}
