import http from 'k6/http';
export default function () {
  const { a, b } = http.batch({ a: __ENV.BASE_URL + '/items', b: ['POST', __ENV.BASE_URL + '/echo', 'x'] });
  console.log(a.status, b.json('body'));
}
