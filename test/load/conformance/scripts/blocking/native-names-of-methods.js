import { check } from 'k6';
import http from 'k6/http';
const client = {};
for (const method of ['get', 'post', 'delete']) {
  client[method] = (path, ...rest) =>
    http[method === 'delete' ? 'del' : method](__ENV.BASE_URL + path, ...rest);
}
export default function () {
  check(client.get('/items'), { get: (r) => r.status === 200 });
  check(client.delete('/items'), { del: (r) => r.status === 200 });
}
