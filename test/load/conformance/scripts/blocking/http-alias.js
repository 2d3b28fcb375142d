import { check } from 'k6';
import http from 'k6/http';
const client = http;
const verbs = ['get', 'post'];
export default function () {
  for (const verb of verbs)
    check(client[verb](__ENV.BASE_URL + '/items'), { 'status is 200': (r) => r.status === 200 });
}
